namespace Portico.Guardrails.Secrets;

/// <summary>
/// Published formats of code hosts, registries, build systems, monitoring and chat. Rows as in <see cref="FormatTableCloud"/>.
/// </summary>
static class FormatTableCode
{
    public const string Rows = """
        github_token|GitHub token|ghp_ gho_ ghu_ ghs_|n36|0.98|crc
        github_refresh_token|GitHub refresh token|ghr_|n36-76|0.97|
        github_fine_grained_token|GitHub fine-grained token|github_pat_|n22 '_' n59|0.99|
        gitlab_token|GitLab personal access token|glpat-|u20-64|0.97|
        gitlab_token|GitLab personal access token|glpat- glrt-t1_ glrt-t2_ glrt-t3_ glrt-t5_ glrt-t4_|u27-300 '.' a2 '.' a7-9|0.98|
        gitlab_runner_token|GitLab runner token|glrt-|u22-80 '.' a7-12|0.97|
        gitlab_runner_token|GitLab runner token|glrt- glrtr-|u20|0.97|
        gitlab_trigger_token|GitLab trigger token|glptt-|h40|0.98|
        gitlab_deploy_token|GitLab deploy token|gldt-|u20|0.97|
        gitlab_job_token|GitLab job token|glcbt-|u20-27|0.97|
        gitlab_job_token|GitLab job token|glcbt-|x1-5 '_' u20|0.97|
        gitlab_agent_token|GitLab agent token|glagent-|u50-1000|0.97|
        gitlab_oauth_secret|GitLab application secret|gloas-|u64|0.98|
        gitlab_scim_token|GitLab SCIM token|glsoat-|u20|0.97|
        gitlab_feed_token|GitLab feed token|glft-|u20|0.97|
        gitlab_feed_token|GitLab feed token|glft-|a64 '-' d1-10|0.97|
        gitlab_flags_token|GitLab feature flags token|glffct-|u20|0.97|
        gitlab_mail_token|GitLab incoming mail token|glimt-|u25|0.97|
        gitlab_registration_token|GitLab runner registration token|GR1348941|u20|0.98|
        gitlab_workspace_token|GitLab workspace token|glwt-|u20-40|0.95|
        gitlab_session|GitLab session|_gitlab_session=|a32|0.95|
        bitbucket_app_password|Bitbucket app password|ATBB|n28-32|0.97|
        bitbucket_token|Bitbucket access token|ATCTT3xFfGN0|k150-300|0.98|
        atlassian_token|Atlassian API token|ATATT3|k100-300|0.98|
        atlassian_token|Atlassian API token|ATATT3xFfGF0|k20-99|0.9|
        sourcegraph_token|Sourcegraph token|sgp_|x16 '_' x40|0.97|
        sourcegraph_token|Sourcegraph token|sgp_local_ sgp_|x40|0.97|
        sourcegraph_cody|Sourcegraph Cody token|slk_|x64|0.95|
        npm_token|npm token|npm_|n36|0.98|crc
        pypi_token|PyPI token|pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZ|u50-1000|0.99|
        rubygems_token|RubyGems token|rubygems_|h48|0.98|
        crates_token|crates.io token|cio|n32|0.95|mixed
        nuget_key|NuGet key|oy2|a43|0.95|
        clojars_token|Clojars token|CLOJARS_|a60|0.98|
        docker_token|Docker access token|dckr_pat_ dckr_oat_|u27-32|0.98|
        docker_swarm_key|Docker Swarm unlock key|SWMKEY-1-|b40-44|0.98|
        docker_swarm_join|Docker Swarm join token|SWMTKN-1-|a50 '-' a25|0.97|
        artifactory_token|Artifactory API key|AKCp|n68-71|0.97|
        cloudsmith_key|Cloudsmith key|csa_|n36|0.95|
        jfrog_identity_token|JFrog identity token|eyJ2ZXIiOiIy|k80-900|0.9|
        circleci_token|CircleCI token|CCIPAT_|n22 '_' h40|0.98|
        circleci_project|CircleCI project token|CCIPRJ_|n22 '_' h40|0.98|
        buildkite_token|Buildkite token|bkua_|h40|0.97|
        buildkite_agent|Buildkite agent token|bkct_ bkat_ bkaj_|k20-200|0.9|
        teamcity_token|TeamCity token|eyJ0eXAiOiAiVENWMiJ9.|b30-40 '.' b40-60|0.97|
        octopus_key|Octopus Deploy key|API-|A26|0.9|mixed
        harness_key|Harness key|pat. sat.|u22 '.' n24 '.' n20|0.98|
        prefect_token|Prefect token|pnu_ pnb_|a36|0.97|
        sonar_token|SonarQube token|squ_ sqp_ sqa_|h40|0.97|
        snyk_token|Snyk token|snyk_uat. snyk_sat.|h8 '.' k40-200|0.95|
        nightfall_key|Nightfall key|NF-|n32|0.9|
        endor_key|Endor Labs key|endr+|u16|0.95|
        aikido_client_id|Aikido client id|AIK_CLIENT_|n24|0.9|
        aikido_secret|Aikido client secret|AIK_SECRET_|n40-80|0.95|
        infracost_key|Infracost key|ico-|n32|0.95|
        readme_key|ReadMe key|rdme_|a70-72|0.97|
        postman_key|Postman key|PMAK-|x24 '-' x34|0.98|
        launchdarkly_key|LaunchDarkly key|sdk- mob- api-|uuid|0.9|common
        configcat_key|ConfigCat key|configcat-sdk-1/ configcat-proxy/|u22 '/' u22|0.97|
        devcycle_key|DevCycle key|dvc_server_ dvc_mobile_ dvc_client_ dvc_|u20-120|0.95|mixed
        statsig_key|Statsig key|secret-|n40-50|0.9|common
        zuplo_key|Zuplo key|zpka_|h32 '_' h8|0.97|
        kong_token|Kong token|kpat_ spat_|n40-60|0.95|
        grafana_service_token|Grafana service account token|glsa_|n32 '_' x8|0.99|
        grafana_cloud_token|Grafana Cloud token|glc_|k32-400|0.95|
        grafana_key|Grafana API key|eyJrIjoi|k60-400|0.95|
        newrelic_key|New Relic user key|NRAK-|A27|0.97|
        newrelic_insert|New Relic ingest key|NRII- NRIQ- NRRA- NRSP-|u25-42|0.97|
        newrelic_browser|New Relic browser key|NRJS-|h19|0.95|
        newrelic_license|New Relic license key|NRAL||0.9|back36
        sentry_user_token|Sentry user token|sntryu_|h64|0.98|
        sentry_org_token|Sentry organization token|sntrys_eyJ|b80-400 =0-2 k20-90|0.98|
        sentry_internal|Sentry integration token|sntryi_|h64|0.98|
        dynatrace_token|Dynatrace token|dt0c01. dt0s01. dt0s02. dt0s03. dt0s04. dt0s05.|z24 '.' z64|0.99|
        dynatrace_token|Dynatrace token|dt0s06. dt0s08. dt0s09. dt0s16. dt0t02. dt0e02.|z24 '.' z64|0.99|
        honeycomb_key|Honeycomb key|hcaik_ hcaic_ hcamk_ hcxik_ hcxlk_ hcbik_|a58|0.98|
        elastic_key|Elastic Cloud key|essu_|k60-300|0.95|
        checkly_key|Checkly key|cu_|h32|0.95|
        posthog_key|PostHog key|phx_ phc_ phs_ pha_ phr_|n32-60|0.95|mixed common
        logfire_token|Logfire token|pylf_v1_|l2 '_' n40-50|0.95|
        pagerduty_key|PagerDuty key|y_NbAkKc66ryYTWUXYEu u+|u18-20|0.8|
        openshift_token|OpenShift token|sha256~|u43|0.95|
        retool_token|Retool token|retool_|n26-60|0.9|
        expo_token|Expo token|expo_|u40|0.9|
        stackhawk_key|StackHawk key|hawk.|u20 '.' u20|0.95|
        lichess_token|Lichess token|lip_|n20-30|0.9|
        mergify_key|Mergify key|mergify_application_key_|u20-100|0.95|
        slack_bot_token|Slack bot token|xoxb-|d8-14 '-' d8-14 '-' n18-40|0.99|
        slack_bot_token|Slack bot token|xoxb-|d8-14 '-' n18-26|0.98|
        slack_user_token|Slack user token|xoxp- xoxe-|d10-14 '-' d10-14 '-' d10-14 '-' n28-34|0.99|
        slack_user_token|Slack user token|xoxp- xoxe-|d8-14 '-' d8-14 '-' n20-40|0.9|
        slack_config_token|Slack configuration token|xoxe.xoxp-1- xoxe.xoxb-1- xoxe.xoxp-2- xoxe-1- xoxe-2- xoxp-1- xoxb-1-|k120-220|0.98|
        slack_legacy_token|Slack legacy token|xoxo- xoxs- xoxa- xoxr- xoxd-|k16-250|0.9|mixed
        slack_legacy_token|Slack legacy token|xoxa-2- xoxr-2-|d8-14 '-' d8-14 '-' d8-14 '-' n32|0.95|
        slack_client_token|Slack client token|xoxc-|d8-14 '-' d8-14 '-' d8-14 '-' h64|0.98|
        slack_app_token|Slack app token|xapp-|d1 '-' A8-14 '-' d10-14 '-' x60-70|0.99|
        slack_webhook|Slack webhook|hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/|k40-100|0.97|url
        discord_webhook|Discord webhook|discord.com/api/webhooks/ discordapp.com/api/webhooks/|d17-20 '/' u60-80|0.98|url
        teams_webhook|Teams webhook|outlook.office.com/webhook/|uuid '@' uuid '/IncomingWebhook/' x32 '/' uuid|0.98|url
        teams_webhook|Teams webhook|outlook.office365.com/webhook/ webhookb2/|uuid '@' uuid '/IncomingWebhook/' x32 '/' uuid|0.98|url
        logic_app_webhook|Logic Apps webhook|.logic.azure.com:443/workflows/|k30-400|0.8|url
        google_chat_webhook|Google Chat webhook|chat.googleapis.com/v1/spaces/|k8-20 '/messages?key=' k30-300|0.97|url
        zapier_webhook|Zapier webhook|hooks.zapier.com/hooks/catch/|d4-10 '/' n5-10|0.9|url
        ifttt_webhook|IFTTT webhook|maker.ifttt.com/trigger/|w1-60 '/with/key/' u20-60|0.95|url
        make_webhook|Make webhook|hook.us1.make.com/ hook.eu1.make.com/ hook.eu2.make.com/ hook.integromat.com/|n20-40|0.9|url
        feishu_webhook|Feishu webhook|open.feishu.cn/open-apis/bot/v2/hook/ open.larksuite.com/open-apis/bot/v2/hook/|uuid|0.97|url
        wecom_webhook|WeCom webhook|qyapi.weixin.qq.com/cgi-bin/webhook/send?key=|uuid|0.97|url
        dingtalk_webhook|DingTalk webhook|oapi.dingtalk.com/robot/send?access_token=|h64|0.97|url
        telegram_link|Telegram bot link|api.telegram.org/bot|d8-10 ':' u35|0.98|url
        telegram_bot_token|Telegram bot token|:AA|u32-34|0.97|back10
        discord_bot_token|Discord bot token|MT Mj Mz ND NT Nj Nz OD OT MD|n21-26 '.' u5-7 '.' u25-40|0.95|mixed
        jfrog_reference_token|JFrog reference token|cmVmdGtuOj|n54-60|0.97|
        lark_app_id|Lark app id|cli_|n16-20|0.7|mixed
        """;
}
