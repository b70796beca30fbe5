namespace Portico.Guardrails.Secrets;

/// <summary>Published formats of payment, mail, shops, office tools and keys as such. Rows as in <see cref="FormatTableCloud"/>.</summary>
static class FormatTableBusiness
{
    public const string Rows = """
        stripe_key|Stripe secret key|sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_|n10-250|0.98|
        adobe_client_secret|Adobe client secret|p8e-|u32|0.95|
        intra42_client_secret|42 client secret|s-s4t2ud- s-s4t2af-|h64|0.97|
        midtrans_key|Midtrans key|SB-Mid-server- Mid-server- SB-Mid-client-|u20-40|0.95|
        cashfree_key|Cashfree key|cfsk_ma_prod_ cfsk_ma_test_|h32 '_' h8|0.97|
        brex_token|Brex token|bxt_|n40-60|0.9|
        mercury_token|Mercury token|mercury_production_ secret-token:mercury_production_|k30-120|0.95|
        column_key|Column key|column_live_ column_test_|n20-40|0.9|
        stripe_webhook_secret|Stripe webhook secret|whsec_|b32-64 =0-2|0.97|
        paypal_token|PayPal token|access_token$production$ access_token$sandbox$|a16 '$' h32|0.99|
        square_token|Square access token|EAAA|u60|0.95|
        square_secret|Square secret|sq0csp-|u43|0.98|
        square_oauth|Square token|sq0atp- sq0idp- sq0atb-|u22|0.97|
        razorpay_key|Razorpay key|rzp_live_ rzp_test_|n14|0.95|
        flutterwave_key|Flutterwave key|FLWSECK- FLWSECK_TEST- FLWPUBK_TEST- FLWPUBK-|x12-32 '-X'|0.97|
        flutterwave_test_key|Flutterwave encryption key|FLWSECK_TEST FLWSECK_TEST-|x12|0.95|
        paystack_key|Paystack key|sk_live_ sk_test_|a40|0.97|common
        plaid_token|Plaid token|access-sandbox- access-development- access-production- public-sandbox-|uuid|0.98|
        coinbase_key|Coinbase key|organizations/|uuid '/apiKeys/' uuid|0.9|
        duffel_token|Duffel token|duffel_test_ duffel_live_|e43|0.98|
        easypost_key|EasyPost key|EZAK EZTK|n54|0.97|
        shippo_token|Shippo token|shippo_live_ shippo_test_|x40|0.98|
        lob_key|Lob key|live_ test_|h35|0.95|common
        lob_public_key|Lob publishable key|live_pub_ test_pub_|h31|0.9|common
        gocardless_token|GoCardless token|live_ sandbox_|e40|0.9|common
        mollie_key|Mollie key|live_ test_|n30|0.9|mixed common
        braintree_token|Braintree token|access_token$|l4-12 '$' a16 '$' h32|0.98|
        xendit_key|Xendit key|xnd_production_ xnd_development_|n40-80|0.97|
        checkout_key|Checkout.com key|sk_sbox_ pk_sbox_|a20-40|0.9|
        paddle_key|Paddle key|pdl_live_apikey_ pdl_sdbx_apikey_|a26 '_' n22 '_' n3|0.99|
        polar_token|Polar token|polar_oat_ polar_pat_|w40-60|0.95|
        revolut_token|Revolut token|oa_prod_ oa_sand_|u43|0.9|
        shopify_token|Shopify token|shpat_ shpca_ shppa_ shpss_ shpua_|x32|0.98|
        klaviyo_key|Klaviyo key|pk_|x34|0.9|
        klaviyo_key|Klaviyo key|pk_|a31|0.7|mixed
        courier_key|Courier key|pk_prod_ pk_test_|A28|0.9|common
        clickup_token|ClickUp token|pk_|d8-10 '_' A32|0.97|
        sendgrid_key|SendGrid key|SG.|u16-32 '.' u16-64|0.98|
        sendinblue_key|Brevo key|xkeysib- xsmtpsib-|h64 '-' n16|0.99|
        mailgun_key|Mailgun key|key-|h32|0.9|
        mailgun_key_new|Mailgun public key|pubkey-|h32|0.85|
        mailchimp_key|Mailchimp key|-us|d1-2|0.95|back32
        mandrill_key|Mandrill key|md-|u22|0.9|
        resend_key|Resend key|re_|n8 '_' n24|0.95|mixed
        frameio_token|Frame.io token|fio-u-|e64|0.97|
        twilio_sid|Twilio account id|AC|h32|0.85|low
        twilio_key|Twilio API key|SK|x32|0.9|
        telnyx_key|Telnyx key|KEY|A32 '_' n22|0.97|
        facebook_token|Facebook access token|EAAC EAAM EAAG EAAJ EAAB EAAD EAAE EAAF EAAH EAAI EAAK EAAL EAAN EAAO EAAP|n80-400|0.95|mixed
        instagram_token|Instagram token|IGQV IGAA|n100-300|0.95|
        twitter_bearer|X bearer token|AAAAAAAAAAAAAAAAAAAAA|k30-110|0.95|mixed
        linkedin_secret|LinkedIn secret|WPL_AP1.|n16 '.' b6 =0-2|0.97|
        pinterest_token|Pinterest token|pina_|n32-300|0.95|
        dropbox_long_token|Dropbox token|AAAAAAAAAA|e43|0.9|back11
        airtable_token|Airtable token|pat|n14 '.' h64|0.98|
        asana_token|Asana token|1/ 0/ 2/|d10-20 ':' h32|0.95|
        asana_token|Asana token|2/|d10-20 '/' d10-20 ':' h32|0.95|
        notion_token|Notion token|ntn_|d11 n35|0.98|
        notion_token|Notion token|secret_|n43|0.95|common
        linear_token|Linear key|lin_api_ lin_oauth_|n32-64|0.98|
        linear_webhook|Linear webhook secret|lin_wh_|n20-64|0.95|
        figma_token|Figma token|figd_ figu_ figr_|u38-44|0.97|
        canva_secret|Canva secret|cnvca|u40-60|0.95|
        hubspot_token|HubSpot token|pat-na1- pat-eu1- pat-na2- pat-ap1- pat-na3-|uuid|0.98|
        intercom_token|Intercom token|dG9rO|b54 =0-1|0.97|
        zoho_token|Zoho token|1000.|h32 '.' h32|0.97|
        zoho_token|Zoho token|1000.|a30-34 '.' a30-34|0.85|
        salesforce_token|Salesforce token|00D|n9-15 '!' g80-120|0.97|
        contentful_token|Contentful token|CFPAT-|u43-68|0.98|
        typeform_token|Typeform token|tfp_|u40-60|0.97|
        authress_key|Authress key|sc_ ext_ scauth_ authress_|n5-30 '.' n4-6 '.' u10-40 '.' b30-120 =0-2|0.95|common
        clerk_key|Clerk key|sk_live_ sk_test_|n40-60|0.9|common
        stytch_secret|Stytch secret|secret-live- secret-test-|e40-60|0.97|
        workos_key|WorkOS key|sk_live_ sk_test_|u40-200|0.9|mixed common
        pubnub_key|PubNub key|pub-c- sub-c- sec-c-|k30-50|0.9|
        mapbox_token|Mapbox token|pk.eyJ sk.eyJ tk.eyJ|u20-200 '.' u20-30|0.97|
        mapbox_token|Mapbox token|pk. sk. tk.|a60 '.' a22|0.95|
        radar_key|Radar key|prj_live_sk_ prj_test_sk_ prj_live_pk_ prj_test_pk_|h40|0.95|
        samsara_token|Samsara token|samsara_api_|n30|0.97|
        defined_key|Defined Networking key|dnkey-|k60-100|0.97|
        beamer_key|Beamer key|b_|e44|0.85|mixed
        settlemint_token|SettleMint token|sm_pat_ sm_aat_ sm_sat_|n16|0.97|
        fullstory_key|FullStory key|na1. eu1.|b60-120 =0-2|0.9|
        supernotes_key|Supernotes key|supernotes_sk-|n30-60|0.95|
        ramp_key|Ramp key|ramp_id_ ramp_sec_|n40-60|0.95|
        ubidots_key|Ubidots token|BBFF- BBUS-|n30-40|0.97|
        dfuse_key|dfuse key|web_ mobile_ server_|h32|0.85|
        rootly_key|Rootly key|rootly_|h64|0.97|
        deno_token|Deno token|ddp_ ddo_|n34-36|0.97|
        onfido_token|Onfido token|api_live. api_sandbox. api_live_us. api_live_ca.|u11 '.' u32|0.97|
        persona_key|Persona key|persona_sandbox_ persona_production_|uuid|0.97|
        wakatime_key|Wakatime key|waka_|uuid|0.97|
        apify_token|Apify token|apify_api_ apify_proxy_|n34-40|0.98|
        scrapfly_key|Scrapfly key|scp-live- scp-test-|h32|0.97|
        browserbase_key|Browserbase key|bb_live_ bb_test_|u27-40|0.95|
        trigger_dev_key|Trigger.dev key|tr_dev_ tr_prod_ tr_stg_ tr_pat_|n20-40|0.95|
        inngest_key|Inngest key|signkey-prod- signkey-test- signkey-branch-|h30-70|0.98|
        ory_key|Ory key|ory_pat_ ory_at_ ory_rt_ ory_st_|u30-80|0.97|
        bitcoin_key|Bitcoin private key|xprv|n107-108|0.98|
        alchemy_key|Alchemy key|alch_ alcht_|n30-40|0.9|
        akamai_token|Akamai token|akab-|a16 '-' a16|0.97|
        gitea_token|Gitea token|gta_|h40|0.9|
        password_hash_bcrypt|Password hash (bcrypt)|$2a$ $2b$ $2y$ $2x$|d2 '$' p53|0.9|
        password_hash_md5|Password hash (md5crypt)|$1$ $apr1$|p4-8 '$' p22|0.9|
        password_hash_sha|Password hash (sha-crypt)|$5$ $6$|p0-40 '$' p43-86|0.9|
        password_hash_sha|Password hash (sha-crypt)|$5$rounds= $6$rounds=|d1-9 '$' p1-16 '$' p43-86|0.9|
        password_hash_cisco|Password hash (Cisco)|$8$ $9$|p14 '$' p43|0.9|
        password_hash_argon2|Password hash (Argon2)|$argon2id$ $argon2i$ $argon2d$|q20-200|0.9|
        password_hash_scrypt|Password hash (scrypt, yescrypt)|$7$ $y$ $gy$|p10-200|0.85|mixed
        password_hash_pbkdf2|Password hash (PBKDF2)|$pbkdf2- pbkdf2_sha256$ pbkdf2:sha256:|q30-300|0.85|
        password_hash_phpass|Password hash (phpass)|$P$ $H$ $S$|p31-60|0.9|
        kerberos_hash|Kerberos ticket hash|$krb5asrep$ $krb5tgs$ $krb5pa$|q40-3000|0.97|
        ntlm_hash|NTLM hash|aad3b435b51404eeaad3b435b51404ee:|h32|0.97|low
        """;
}
