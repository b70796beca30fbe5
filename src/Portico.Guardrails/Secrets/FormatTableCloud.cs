namespace Portico.Guardrails.Secrets;

/// <summary>
/// Published formats of clouds, model providers and code hosts. A line is a row: id | title | what it begins with (several apart by
/// blanks) | <see cref="TokenShape"/> of the rest | score | flags.
/// </summary>
/// <remarks>Sources: the vendors' documentation of their tokens; GitHub's "supported secret scanning patterns" (names and vendors),
/// RFC 7519 for JSON web tokens.</remarks>
static class FormatTableCloud
{
    public const string Rows = """
        aws_access_key_id|AWS access key id|AKIA ASIA ABIA ACCA|A16|0.95|low base32
        aws_access_key_id|AWS access key id|A3T|A17|0.8|low
        aws_bedrock_key|Amazon Bedrock API key|ABSKQmVkcm9ja0FQSUtleS|b90-270 =0-2|0.98|
        aws_bedrock_short_key|Amazon Bedrock short-term API key|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t|k0-2000|0.95|
        aws_mws_token|Amazon MWS token|amzn.mws.|uuid|0.97|
        aws_appsync_key|AWS AppSync key|da2-|a26|0.9|
        alibaba_access_key_id|Alibaba Cloud access key id|LTAI|n12-20|0.85|
        tencent_secret_id|Tencent Cloud secret id|AKID|n32|0.85|
        google_api_key|Google API key|AIza|u35|0.97|
        google_gemini_key|Google Gemini API key|AQ.Ab8RN6|u44|0.95|
        google_oauth_token|Google OAuth access token|ya29.|g20-1500|0.95|
        google_oauth_secret|Google OAuth client secret|GOCSPX-|u28|0.97|
        google_refresh_token|Google OAuth refresh token|1//0|u40-200|0.9|
        azure_storage_key|Azure storage account key|AccountKey= SharedAccessKey= AccountKey\=|b43-88 =0-2|0.97|low
        azure_client_secret|Microsoft Entra client secret|Q~|v31-34|0.95|back4
        azure_service_key|Azure service key|JQQJ99|n20-48|0.9|inner
        azure_function_key|Azure Functions key|AzFu|k10-60 =0-2|0.5|inner
        digitalocean_token|DigitalOcean token|dop_v1_ doo_v1_ dor_v1_ dosp_v1_|h64|0.98|
        digitalocean_spaces|DigitalOcean Spaces key|DO00|A16|0.85|
        linode_token|Linode token|linode_|h64|0.9|
        scaleway_access_key|Scaleway access key|SCW|A17|0.85|
        ibm_cloud_key|IBM Cloud API key|ApiKey-|uuid|0.9|
        yandex_api_key|Yandex API key|AQVN|u35-38|0.9|
        yandex_access_key|Yandex access key|YC|u38|0.85|mixed
        yandex_oauth|Yandex OAuth token|y0_ y1_ y2_ y3_|u50-70|0.85|
        heroku_token|Heroku API key|HRKU-|u36-70|0.97|
        flyio_token|Fly.io token|fo1_|u43|0.95|
        flyio_token|Fly.io token|fm1r_ fm1a_ fm2_|k100-1500|0.97|
        render_token|Render API key|rnd_|n28-40|0.9|
        netlify_token|Netlify token|nfp_ nfc_ nfo_ nfu_ nfb_|u36-40|0.95|
        vercel_token|Vercel token|vcp_ vci_ vca_ vcr_ vck_ vct_ vcb_|u56|0.95|
        cloudflare_token|Cloudflare API token|cfat_ cfut_ cfk_|n40-60|0.95|
        cloudflare_origin_ca|Cloudflare origin CA key|v1.0-|h24 '-' h146|0.98|
        cloudflare_tunnel|Cloudflare tunnel token|eyJhIjoi|b100-400 =0-2|0.8|
        supabase_token|Supabase token|sbp_ sbp_v0_|h40|0.95|
        supabase_key|Supabase API key|sb_secret_ sb_publishable_|u30-50|0.95|
        planetscale_token|PlanetScale token|pscale_tkn_ pscale_oauth_ pscale_pw_|k30-68|0.95|
        neon_token|Neon API key|napi_|a64|0.95|
        turso_token|Turso token|tursoplatform_|k20-400|0.8|
        databricks_token|Databricks token|dapi dkea dose|h32|0.95|suffix
        clickhouse_cloud_secret|ClickHouse Cloud API secret|4b1d|n38|0.9|
        cockroach_key|CockroachDB Cloud key|CCDB1_|n22 '_' n40|0.97|
        mongodb_service_secret|MongoDB Atlas service account secret|mdb_sa_sk_|u40|0.97|
        mongodb_service_id|MongoDB Atlas service account id|mdb_sa_id_|h24|0.7|
        tailscale_key|Tailscale key|tskey-|l3-12 '-' n10-24 '-' n20-40|0.97|low
        tailscale_key|Tailscale key|tskey-auth- tskey-api- tskey-client- tskey-webhook- tskey-scim-|n20-64|0.9|
        ngrok_key|ngrok API key|ngrok_api_|n20-60|0.9|
        vault_token|HashiCorp Vault token|hvs.|u24-120|0.95|
        vault_batch_token|HashiCorp Vault batch token|hvb.|u100-400|0.97|
        vault_recovery_token|HashiCorp Vault recovery token|hvr.|u24-400|0.95|
        vault_legacy_token|HashiCorp Vault token (old)|s. b.|n24|0.85|mixed
        terraform_token|Terraform Cloud token|.atlasv1.|e60-70|0.97|back14
        pulumi_token|Pulumi token|pul-|h40|0.95|
        doppler_token|Doppler token|dp.pt. dp.st. dp.ct. dp.sa. dp.said. dp.scim. dp.audit.|n40-44|0.98|
        doppler_token|Doppler token|dp.st.|u2-35 '.' n40-44|0.98|
        infisical_token|Infisical token|st.|x24 '.' x32 '.' x32|0.9|
        onepassword_secret_key|1Password secret key|A3-|A6 '-' A6 '-' A5 '-' A5 '-' A5 '-' A5|0.97|mixed
        onepassword_secret_key|1Password secret key|A3-|A6 '-' A11 '-' A5 '-' A5 '-' A5|0.97|mixed
        onepassword_service_token|1Password service account token|ops_eyJ|b230-900 =0-2|0.98|
        bitwarden_token|Bitwarden access token|0.|uuid '.' n30 ':' b20-30 =0-2|0.9|
        scalingo_token|Scalingo token|tk-us- tk-eu-|u48|0.97|
        maxmind_license|MaxMind license key|_mmk||0.95|back35
        yandex_iam_token|Yandex IAM token|t1.|u20-400 =0-2 '.' u86 =0-2|0.95|
        backblaze_key|Backblaze application key|K00|n28|0.8|mixed
        age_secret_key|age secret key|AGE-SECRET-KEY-1|A58|0.99|low
        openai_key|OpenAI API key|sk-proj- sk-svcacct- sk-admin- sk-service-|u40-200|0.98|
        openai_key|OpenAI API key|sk-|n20 'T3BlbkFJ' n20|0.99|
        openai_like_key|Model provider key (sk-)|sk-|n32-64|0.85|mixed
        anthropic_key|Anthropic API key|sk-ant-api03- sk-ant-admin01- sk-ant-oat01- sk-ant-ort01- sk-ant-sid01-|u93 'AA'|0.99|
        anthropic_key|Anthropic API key|sk-ant-|l3-6 d2-3 '-' u80-122|0.9|endaa
        openrouter_key|OpenRouter key|sk-or-v1-|h64|0.99|
        deepseek_key|DeepSeek key|sk-|h32|0.85|
        langfuse_key|Langfuse key|sk-lf- pk-lf-|uuid|0.97|
        langsmith_key|LangSmith key|lsv2_pt_ lsv2_sk_|h32 '_' h10|0.98|
        langchain_key|LangChain key|ls__|h32|0.9|
        huggingface_token|Hugging Face token|hf_|n34-37|0.97|
        huggingface_org_token|Hugging Face organization token|api_org_|n34|0.95|
        replicate_token|Replicate token|r8_|n37|0.97|
        replicate_token|Replicate token|r8_|n38-46|0.8|
        groq_key|Groq API key|gsk_|n48-56|0.97|
        cerebras_key|Cerebras key|csk-|a48|0.95|
        perplexity_key|Perplexity key|pplx-|n48|0.97|
        xai_key|xAI key|xai-|n70-90|0.98|
        nvidia_key|NVIDIA API key|nvapi-|u60-72|0.97|
        llamaindex_key|LlamaCloud key|llx-|u48|0.95|
        minimax_key|MiniMax key|sk-api-|u100-130|0.95|
        kimi_key|Moonshot key|sk-kimi- sk-moonshot-|u30-90|0.95|
        together_key|Together key|tgp_v1_|u43|0.97|
        fireworks_key|Fireworks key|fw_|n20-30|0.85|
        voyage_key|Voyage AI key|pa-|u43|0.8|
        jina_key|Jina AI key|jina_|u40-70|0.95|
        pinecone_key|Pinecone key|pcsk_|w60-80|0.97|
        wandb_key|Weights and Biases key|wandb_v1_|w77|0.97|
        tavily_key|Tavily key|tvly- tvly-dev-|n28-40|0.95|
        firecrawl_key|Firecrawl key|fc-|h32|0.95|
        elevenlabs_key|ElevenLabs key|sk_|h48|0.95|
        stability_key|Stability AI key|sk-|n48|0.9|
        anyscale_key|Anyscale key|esecret_|a26|0.95|
        runpod_key|RunPod key|rpa_|n40-60|0.95|
        modal_token|Modal token|ak- as-|n22|0.85|mixed
        devin_key|Devin key|apk_user_ apk_ cog_|b60-240 =0-2|0.95|
        voiceflow_key|Voiceflow key|VF.DM. VF.WS.|x24 '.' n16|0.97|
        friendli_key|Friendli key|flp_|n40-60|0.8|
        """;
}
