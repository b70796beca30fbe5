using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Personal numbers of the Americas.</summary>
static class AmericanNumbers
{
    const string Id = "|identity|national id|id number|id card|personal number|personal id|id no|citizen";
    const string Tax = "|tax|tin|taxpayer|fiscal";

    public static readonly NumberRule[] All =
    [
        new(
            "pii.national_id.us_ssn",
            "Social Security number",
            "US",
            "999-99-9999|999 99 9999|999.99.9999|999999999",
            Americas.SocialSecurity,
            new(0.15f, 0.85f, 0.97f),
            "social security|ssn|ss#|ss #|soc sec|social sec"
        ),
        new(
            "pii.national_id.us_itin",
            "Individual taxpayer number",
            "US",
            "999-99-9999|999 99 9999|999999999",
            t => t[0] == '9' && Americas.IndividualTaxpayer(t),
            new(0.15f, 0.8f, 0.96f),
            "itin" + Tax
        ),
        new(
            "pii.tax_id.us_ein",
            "Employer number",
            "US",
            "99-9999999",
            Americas.EmployerPrefix,
            new(0.3f, 0.3f, 0.9f),
            "ein|employer" + Tax
        ),
        new(
            "pii.bank.us_routing",
            "Routing number",
            "US",
            "999999999|9999-9999-9",
            Americas.Routing,
            new(0.3f, 0.6f, 0.95f),
            "routing|aba|rtn|bank|transit"
        ),
        new(
            "pii.health.us_npi",
            "National provider identifier",
            "US",
            "9999999999",
            Americas.Provider,
            new(0.3f, 0.3f, 0.95f),
            "npi|provider"
        ),
        new(
            "pii.health.us_dea",
            "DEA registration",
            "US",
            "AA9999999|A99999999|AA-9999999",
            Americas.Prescriber,
            new(0.4f, 0.5f, 0.95f),
            "dea|prescriber|medical license|medical licence"
        ),
        new(
            "pii.health.us_mbi",
            "Medicare beneficiary identifier",
            "US",
            "9A**A**AA99|9A**-A**-AA99",
            Americas.Medicare,
            new(0.8f, 0.9f, 0.97f),
            "mbi|medicare|beneficiary"
        ),
        new(
            "pii.national_id.ca_sin",
            "Social insurance number",
            "CA",
            "999999999|999~999~999",
            Americas.CanadianPerson,
            new(0.25f, 0.5f, 0.95f),
            "sin|social insurance|nas|assurance sociale"
        ),
        new(
            "pii.tax_id.ca_bn",
            "Business number",
            "CA",
            "999999999|999999999AA9999|99999 9999 AA 9999|999999999 AA9999",
            Americas.CanadianCompany,
            new(0.1f, 0.6f, 0.9f),
            "business number|bn|gst|hst" + Tax
        ),
        new(
            "pii.national_id.br_cpf",
            "CPF",
            "BR",
            "999.999.999-99|99999999999|999999999-99",
            Americas.BrazilianPerson,
            new(0.6f, 0.95f, 0.98f),
            "cpf|cadastro"
        ),
        new(
            "pii.tax_id.br_cnpj",
            "CNPJ",
            "BR",
            "**.***.***/****-99|************99|********/****-99",
            Americas.BrazilianCompany,
            new(0.6f, 0.95f, 0.98f),
            "cnpj"
        ),
        new(
            "pii.national_id.ar_cuit",
            "CUIT / CUIL",
            "AR",
            "99-99999999-9|99999999999|99.99999999.9",
            Americas.Argentine,
            new(0.5f, 0.9f, 0.97f),
            "cuit|cuil|afip"
        ),
        new(
            "pii.national_id.cl_rut",
            "RUT",
            "CL",
            "99.999.999-*|9.999.999-*|99999999-*|9999999-*|CL99999999-*|CL 99999999-*|99999999*",
            t => CheckDigits.AreDigits(t.StartsWith("CL") ? t[2..^1] : t[..^1]) && Americas.Chilean(t),
            new(0.2f, 0.7f, 0.96f),
            "rut|run|cédula|cedula"
        ),
        new(
            "pii.tax_id.co_nit",
            "NIT",
            "CO",
            "999999999-9|999.999.999-9|9999999999",
            Americas.Colombian,
            new(0.15f, 0.6f, 0.95f),
            "nit|dian" + Tax
        ),
        new("pii.national_id.mx_curp", "CURP", "MX", "AAAA999999AAAAAA*9", Americas.MexicanPerson, Strong, "curp"),
        new(
            "pii.tax_id.mx_rfc",
            "RFC",
            "MX",
            "AAAA999999***|AAA999999***|AAAA-999999-***",
            Americas.MexicanTaxpayer,
            new(0.7f, 0.75f, 0.96f),
            "rfc|contribuyente"
        ),
        new("pii.tax_id.pe_ruc", "RUC", "PE", "99999999999", Americas.Peruvian, new(0.35f, 0.35f, 0.95f), "ruc|sunat"),
        new(
            "pii.tax_id.uy_rut",
            "RUT",
            "UY",
            "999999999999|UY999999999999|UY 99 999999 999 9|99-999999-999-9",
            Americas.Uruguayan,
            new(0.6f, 0.7f, 0.95f),
            "rut"
        ),
        new("pii.tax_id.ve_rif", "RIF", "VE", "A-99999999-9|A999999999|A-999999999", Americas.Venezuelan, new(0.3f, 0.7f, 0.95f), "rif"),
        new(
            "pii.national_id.ec_cedula",
            "Cédula",
            "EC",
            "9999999999|999999999-9",
            Americas.EcuadorianPerson,
            new(0.2f, 0.5f, 0.94f),
            "cédula|cedula|ecuador" + Id
        ),
        new(
            "pii.national_id.do_cedula",
            "Cédula",
            "DO",
            "99999999999|999-9999999-9",
            Americas.DominicanPerson,
            new(0.2f, 0.85f, 0.95f),
            "cédula|cedula" + Id
        ),
        new("pii.tax_id.do_rnc", "RNC", "DO", "999999999|9-99-99999-9", Americas.DominicanCompany, new(0.1f, 0.6f, 0.92f), "rnc"),
        new("pii.tax_id.gt_nit", "NIT", "GT", "9999999-*|999999-*|99999999-*", Americas.Guatemalan, new(0.15f, 0.3f, 0.92f), "nit"),
        new(
            "pii.tax_id.py_ruc",
            "RUC",
            "PY",
            "99999999-9|9999999-9|999999-9|99999-9|9999-9|999-9",
            Americas.Paraguayan,
            new(0.15f, 0.3f, 0.92f),
            "ruc"
        ),
    ];
}
