namespace Portico.Guardrails.Secrets;

/// <summary>Keys without a prefix of their own: told by the name of the service before them.</summary>
static class ServiceTable
{
    /// <summary>
    /// A line is a row: id | title | names (small letters) | <see cref="TokenShape"/> of the whole value | "loose" where the
    /// names are not of this service alone. Behind the other names what is shorter than
    /// each of the service's keys is no key at all. Sources: the services' documentation.
    /// </summary>
    public const string Rows = """
        adafruit_key|Adafruit IO key|adafruit|a32
        adobe_key|Adobe client id or secret|adobe|h32
        aws_secret_key|AWS secret access key|aws_secret aws_sec awssecret secret_access_key secretaccesskey|b40|loose
        aws_secret_key|AWS secret access key|aws_key secretkey aws.secret|b40|loose
        aws_session_token|AWS session token|session_token sessiontoken security_token|b100-2000 =0-2|loose
        airtable_legacy_key|Airtable key (old)|airtable|a17
        alibaba_sts_secret|Alibaba Cloud temporary secret|alibaba aliyun|n36-46
        alibaba_secret|Alibaba Cloud secret|alibaba aliyun oss_secret ltai|n30
        algolia_key|Algolia key|algolia|h32
        alchemy_legacy_key|Alchemy key (old)|alchemy|u32
        amplitude_key|Amplitude key|amplitude|h32
        asana_secret|Asana client id or secret|asana|a32
        asana_client_id|Asana client id|asana|d16
        atlassian_legacy_token|Atlassian API token (old)|atlassian confluence jira|n24
        auth0_secret|Auth0 client secret|auth0|u64
        azure_function_key|Azure key|azure ocp-apim functions-key|h32|loose
        azure_devops_token|Azure DevOps personal access token|azure ado_ vsts azuredevops|a52|loose
        beamer_token|Beamer token|beamer|u46
        bitbucket_key|Bitbucket client id or secret|bitbucket|u32
        bitbucket_secret|Bitbucket client secret|bitbucket|e64
        bitly_token|Bitly token|bitly|h40
        bittrex_key|Bittrex key|bittrex|a32
        box_token|Box token|box_|n32|loose
        circleci_legacy_token|CircleCI token (old)|circleci circle_token circle-token|h40
        clearbit_key|Clearbit key|clearbit|u35
        cloudflare_api_key|Cloudflare global key|cloudflare|h37
        cloudflare_api_token|Cloudflare token|cloudflare|u40
        codacy_token|Codacy token|codacy|n20
        codecov_token|Codecov token|codecov|a32
        cohere_key|Cohere key|cohere co_api_key|n40
        coinbase_key|Coinbase key|coinbase|n32
        coinbase_access_token|Coinbase token|coinbase|u64
        confluent_key|Confluent key|confluent|a16
        confluent_secret|Confluent secret|confluent|n64
        contentful_delivery_token|Contentful delivery token|contentful|e43
        datadog_key|Datadog key|datadog dd_api dd_app dd-api|h32
        datadog_app_key|Datadog application key|datadog dd_app|h40
        deepseek_api_key|DeepSeek key|deepseek|k35
        discord_client_secret|Discord client secret|discord|e32
        discord_client_id|Discord client id|discord|d17-19
        discord_public_key|Discord key|discord|h64
        dropbox_key|Dropbox key|dropbox|a15
        dropbox_token|Dropbox token|dropbox|n11 'AAAAAAAAAA' e43
        droneci_token|Drone token|droneci drone_|n32
        etsy_key|Etsy key|etsy|a24
        facebook_secret|Facebook app secret|facebook fb_ fbapi fbapp fbsecret|h32
        fastly_token|Fastly token|fastly|e32
        finicity_key|Finicity key|finicity|h32
        finicity_secret|Finicity secret|finicity|a20
        finnhub_key|Finnhub key|finnhub|a20
        flickr_key|Flickr key|flickr|a32
        foursquare_key|Foursquare key|foursquare|A48
        freshbooks_key|FreshBooks secret|freshbooks|h64
        gitter_token|Gitter token|gitter|e40|loose
        google_client_secret|Google client secret|google client_secret clientsecret|u24|loose
        heroku_key|Heroku API key|heroku|uuid
        hubspot_key|HubSpot key|hubspot|uuid
        intercom_key|Intercom token|intercom|e60|loose
        ibm_cloud_iam_key|IBM Cloud key|ibm iam_api bluemix|u44
        jfrog_key|JFrog key|jfrog artifactory|a73
        jfrog_identity|JFrog identity token|jfrog artifactory|a64
        kraken_token|Kraken token|kraken|k80-90
        kucoin_token|KuCoin key|kucoin|h24
        launchdarkly_token|LaunchDarkly token|launchdarkly|e40
        launchdarkly_key|LaunchDarkly key|launchdarkly|uuid
        kimi_legacy_key|Moonshot key|kimi moonshot|'sk-' u48
        linkedin_client_id|LinkedIn client id|linkedin|a14
        linkedin_client_secret|LinkedIn client secret|linkedin|n16
        linear_secret|Linear client secret|linear|h32|loose
        mailgun_signing_key|Mailgun signing key|mailgun|h32 '-' h8 '-' h8
        mapbox_key|Mapbox key|mapbox|k80-100
        mattermost_token|Mattermost token|mattermost|a26
        messagebird_token|MessageBird token|messagebird message_bird message-bird|a25
        meraki_key|Cisco Meraki key|meraki|h40
        mongodb_atlas_key|MongoDB Atlas key|mongodb atlas|uuid
        netlify_legacy_token|Netlify token (old)|netlify|e40-46
        newrelic_user_id|New Relic key|newrelic new-relic new_relic|a64
        newrelic_license_key|New Relic license key|newrelic new-relic new_relic license_key|h36 'NRAL'|loose
        newrelic_license_old|New Relic license key (old)|newrelic new-relic new_relic license_key|h40|loose
        nytimes_key|New York Times key|nytimes newyorktimes|e32
        okta_token|Okta token|okta ssws|u42
        onelogin_secret|OneLogin secret|onelogin|h64
        openweather_key|OpenWeather key|openweather pyowm owm|a32
        opsgenie_key|Opsgenie key|opsgenie|uuid
        pagerduty_token|PagerDuty token|pagerduty pager_duty pd_|k20|loose
        plaid_secret|Plaid secret|plaid|h30
        plaid_client_id|Plaid client id|plaid|h24
        plivo_key|Plivo token|plivo|n40
        postmark_token|Postmark token|postmark|uuid
        pusher_secret|Pusher secret|pusher|h20
        rapidapi_key|RapidAPI key|rapidapi x-rapidapi|u50
        rollbar_token|Rollbar token|rollbar|h32
        segment_key|Segment key|segment|e32-44|loose
        sendbird_id|Sendbird application id|sendbird|uuid
        sendbird_key|Sendbird key|sendbird|a24
        sendbird_token|Sendbird token|sendbird|h40
        sentry_token|Sentry token|sentry|h64
        sentry_dsn_key|Sentry key|sentry|h32
        sidekiq_key|Sidekiq key|bundle_enterprise__contribsys__com bundle_gems__contribsys__com sidekiq contribsys|x8 ':' x8|words
        snyk_key|Snyk token|snyk|uuid
        softlayer_key|SoftLayer key|softlayer sl_api sl-api|h64
        sonar_legacy_token|SonarQube token (old)|sonar|h40
        spotify_key|Spotify client id or secret|spotify|h32
        squarespace_token|Squarespace token|squarespace|uuid
        sumologic_access_id|Sumo Logic access id|sumologic sumo_ sumo.|'su' n12
        sumologic_access_key|Sumo Logic access key|sumologic sumo_ sumo.|a64
        tableau_secret|Tableau secret|tableau|b22 '==:' a32
        telegram_token|Telegram bot token|telegram bot_ bottoken tgbot|d8-10 ':' u35|loose
        tencent_secret|Tencent Cloud secret|tencent|n32
        travisci_token|Travis CI token|travis|u22
        trello_key|Trello key|trello|n32
        trello_token|Trello token|trello|n64
        twitch_token|Twitch token|twitch|a30|loose
        twitter_api_key|X API key|twitter|a25
        twitter_api_secret|X API secret|twitter|a50
        twitter_access_secret|X access token secret|twitter|a45
        twitter_access_token|X access token|twitter|d15-25 '-' n20-40
        twilio_token|Twilio token|twilio|h32
        typeform_legacy_token|Typeform token (old)|typeform|u44
        wakatime_secret|WakaTime secret|wakatime|uuid
        wandb_legacy_key|Weights and Biases key (old)|wandb|h40
        yandex_aws_key|Yandex access key|yandex|'YC' u38
        zendesk_key|Zendesk secret|zendesk|a40
        infomaniak_token|Infomaniak token|infomaniak|u60-80
        greptile_key|Greptile key|greptile|b48
        couchbase_secret|Couchbase Capella secret|capella couchbase|b60-80 =0-2
        configcat_legacy_key|ConfigCat SDK key|configcat|u22 '/' u22
        scaleway_secret|Scaleway secret key|scaleway scw_|uuid
        mistral_key|Mistral key|mistral|n32
        intra42_secret|42 secret|intra intra42 s-s4t2|'s-s4t2' k60-80|loose
        jumpcloud_key|JumpCloud key|jumpcloud|n40
        kubernetes_bootstrap_token|Kubernetes bootstrap token|bootstrap|a6 '.' a16|loose
        exoscale_secret|Exoscale secret|exoscale|u40-44
        fly_legacy_token|Fly.io token (old)|fly_ flyio fly.io|u43
        freemius_key|Freemius key|freemius secret_key|'sk_' p29|loose
        gocardless_key|GoCardless key|gocardless|'live_' u40
        nvidia_legacy_key|NVIDIA NGC key|ngc nvidia|a84
        pendo_key|Pendo key|pendo|uuid
        civo_key|Civo key|civo|n50
        snowflake_token|Snowflake token|snowflake|u120-400
        salesforce_secret|Salesforce secret|salesforce sfdc|A64
        vault_app_role|Vault secret id|secret_id secret-id role_id|uuid|loose
        wechat_app_secret|WeChat app secret|wechat weixin|h32
        wechat_app_id|WeChat app id|wechat weixin appid|'wx' h16
        """;

    /// <summary>
    /// Names of services whose keys are plain runs of letters and digits. A random-looking token shortly behind such a name is
    /// taken for its key.
    /// </summary>
    public const string Names = """
        abuseipdb abstractapi accuweather adzuna aeroworkflow airbrake airship airvisual aiven alconost alegra
        aletheiaapi alienvault allsports alphavantage ambee amadeus amplitude anypoint apacta api2cart apideck apiflash
        apifonica apify apilayer apimatic apimetrics apitemplate appcues appfollow appointedd appoptics appsynergy
        apptivo assemblyai atera audd autodesk autoklose autopilot avazapersonal aviationstack axonaut aylien
        azureopenai bannerbear baremetrics baseapi beebole besnappy besttime bitbar bitcoinaverage bitfinex bitmex
        blablabus blazemeter blitapp blocknative bombbomb borgbase brandfetch browserstack browshot bscscan budibase
        bugherd bugsnag buildkite bulbul bulksms buttercms caflou calendarific calendly calorieninja campayn capsulecrm
        captaindata carboninterface cashboard caspio centralstationcrm cexio chartmogul chatbot chatfule checio
        checklyhq checkout checkvist clarifai clearbit clickhelp clicksend cliengo clinchpad clockify closecrm
        cloudconvert cloudelements cloudimage cloudinary cloudmersive cloudplan cloudsight cloudsmith cloudways cloverly
        codeclimate codemagic codequiry coinapi coinbase coinlayer coinlib column commercejs companyhub convertapi
        convertkit convier copyscape coveralls craftmypdf crossbrowsertesting cryptocompare currencycloud currencyfreaks
        currencylayer currencyscoop currentsapi customerguru customerio d7network dailyco dandelion dareboost databox
        debounce deepai deepgram delighted deputy detectify detectlanguage dfuse diffbot diggernaut digitalocean
        discourse disqus ditto dnscheck documo docusign dotdigital dovico dronahq duply dwolla dynalist dyspatch
        easyinsight ecostruxure edamam edenai eightxeight elasticemail elastic enablex endorlabs etherscan ethplorer
        eventbrite exchangerate exportsdk extractorapi fastforex fetchrss fileio findl fixerio flatio fleetbase
        flightapi flightlabs flightstats flowflu flutterwave fmfw formbucket formcraft formio formsite foursquare
        freshdesk freshbooks fulcrum fullstory fusebill fxmarket gemini gengo geoapify geocode geocodify geocodio
        geoipify getemail getgeoapi getgist getresponse getsandbox githubapp glassnode gnewsapi goodday graphcms
        graphhopper gravityforms greenhouse greptile groovehq gtmetrix guardian gyazo happyscribe hellosign helpcrunch
        helpscout hereapi hightouch hiveage holidayapi honeycomb hotjar hubspot humanity hybiscus hypertrack iconfinder
        iexapis iexcloud imagekit imagga impala infura insightly instabot instamojo integromat intercom interseller
        intrinio invoiceocean ipapi ipgeolocation ipify ipinfo ipinfodb ipquality ipstack jambonz jiratoken jotform
        jsonbin juro jumpcloud jupiterone kanbantool karmacrm keenio keycloak keygen kickbox klipfolio knapsackpro
        kontent kucoin languagelayer leadfeeder lemlist lemonsqueezy lendflow lessannoyingcrm lexigram linenotify
        linkpreview livestorm liveagent loadmill locationiq loginradius logzio lokalise loyverse lunchmoney macaddress
        madkudu magicbell mailboxlayer mailerlite mailjet mailmodo mailsac mandrill mapbox mapquest marketstack
        mattermost mavenlink maxmind mediastack meistertask mesibo metaapi metrilo microsoftteams mindmeister mixmax
        mixpanel mockaroo monday monkeylearn moonclerk moonpay moosend moralis mrticktock myfreshworks myintervals
        nasdaq nasdaqdatalink nethunt neutrinoapi newscatcher newsapi nexmo nicereply nightfall nimble noticeable
        nozbeteams numverify nutritionix nylas oanda omnisend onedesk onelogin onepagecrm onesignal onewaysms onfleet
        oopspam openai opencagedata openuv openweather opsgenie optidash optimizely owlbot packagecloud pandadoc
        pandascore paperform papyrs paralleldots parseur parsehub parsers partnerstack pastebin paydirtapp paymo
        paymongo pdflayer pdfshift peopledatalabs pepipost photoroom pipedream pipedrive pivotaltracker pixabay pollsapi
        portainer positionstack postageapi postbacks postman powrbot prodpad promptapi proofhub proxycrawl prospectcrm
        protocolsio purestake pushbullet qase qualaroo qubole qualys quickmetrics quickbase ravenpack rawg razorpay
        reachmail rebrandly rechargepayments redislabs repairshopr requestfinance restpack restpackhtml retellai
        ringcentral ritekit rocketreach rockset rollbar route4me rownd runrunit salesblink salescookie salesflare
        salesmate satismeter saucelabs scalingo scrapeowl scraperapi scraperbox scraperx scrapersite scrapestack
        scrapfly scrapingant scrapingbee scrapingdog screenshotapi screenshotlayer scrutinizer scrutinizerci
        securitytrails selectpdf semaphore semantria sendbird sendpulse serphouse serpstack serpapi sheety sherpadesk
        shipday shodan shopify shortcut shotstack shutterstock sigopt simfin simplesat simplynoted simvoly sinchmessage
        sirv siteleaf skrapp skrappio skybiometry slackwebhook smartsheet smartsheets smartystreets smooch snipcart
        snykkey socrata solcast sonarcloud sourcegraph sparkpost speechtext splunk spoonacular sportradar sportsmonk
        spotify squareup sslmate statuscake statuspage stitchdata stockdata storecove stormboard stormglass storyblok
        storychief stripo stytch sugester supernotes surveyanyplace surveybot surveysparrow survicate swiftype tallyfy
        tatumio taxjar teamgate teamworkcrm technicalanalysis technicalanalysisapi telnyx teletype terraform textmagic
        theoddsapi the-odds-api thinkific thousandeyes ticketmaster tickettailor tiingo timezoneapi timetastic tly
        tmetric todoist toggl tomorrowio tomtom tradier transferwise travelpayouts travisci trello trufflehog twelvedata
        twitch tyntec ubidots uclassify unifyid unplugg unsplash upcdatabase uplead uploadcare upwave uptimerobot
        urlscan userflow userstack vatlayer vbout vercel verifier verimail veriphone versioneye viewneo virustotal
        visualcrossing voicegain voodoosms vouchery vpnapi vultr vyte walkscore weatherbit weatherstack webex webflow
        webscraper webscraping wepay whoxy wistia worksnaps workstack worldcoinindex wrike xignite yelp yandex
        youneedabudget youtube yousign zapier zapierwebhook zendesk zenkit zenrows zenscrape zenserp zeplin zerobounce
        zerotier zipapi zipbooks zipcodeapi zoho zohocrm zonkafeedback zulip siliconflow novita deepinfra hyperbolic
        sambanova lambdalabs nebius dashscope zhipu qianfan volcengine aimlapi helicone portkey braintrust humanloop
        openai_azure azure_openai speechkey searchkey cosmosdb servicebus eventhub rabbitmq redis postgres mysql mariadb
        mongo influxdb influx clickhouse elasticsearch opensearch
        """;
}
