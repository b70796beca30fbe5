namespace Portico.Governance.Risks.Frameworks;

/// <summary>Sections of the HIPAA rules that touch a gateway.</summary>
static class Hipaa
{
    public static readonly Framework Framework = new(
        "hipaa",
        "HIPAA",
        "HIPAA Security and Privacy Rules, 45 CFR Part 164",
        "as amended by the Omnibus Rule of 2013",
        "https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-164",
        "What supports a covered entity or a business associate. Physical safeguards and contracts lie outside of software; later amendments are not mapped.",
        [
            new(
                "164.308(a)(1)",
                "Security management process",
                ["audit_log", "call_records", "use_case_classification"],
                "The analysis of risks is the entity's; records and log are reviewed by people."
            ),
            new("164.308(a)(3)", "Workforce security", ["people_and_roles", "company_sign_in"], "Clearance of people is the entity's."),
            new(
                "164.308(a)(4)",
                "Information access management",
                ["people_and_roles", "tenant_walls", "reveal_with_reason"],
                "Access in other systems is theirs."
            ),
            new(
                "164.308(a)(5)",
                "Security awareness and training",
                ["ai_literacy", "acceptable_use"],
                "Courses are on using models, not on all of security."
            ),
            new("164.308(a)(6)", "Security incident procedures", ["audit_log", "legal_holds"], "There is no register of incidents."),
            new("164.308(a)(7)", "Contingency plan", ["backups", "route_fallback"], "The plan is the entity's."),
            new(
                "164.308(b)",
                "Business associate contracts and other arrangements",
                ["data_terms", "model_lists"],
                "Contracts are not kept here: lists and terms keep calls to providers that have one."
            ),
            new("164.310", "Physical safeguards", [], "Buildings, workstations and media are outside of software."),
            new(
                "164.312(a)",
                "Access control",
                ["people_and_roles", "company_sign_in", "key_bounds", "sealed_storage"],
                "Emergency access is the break-glass owner of an organisation."
            ),
            new("164.312(b)", "Audit controls", ["audit_log", "audit_anchors", "call_records"], "Systems beside Portico have their own."),
            new("164.312(c)", "Integrity", ["sealed_storage", "audit_log"], "Health information that is kept elsewhere is not covered."),
            new(
                "164.312(d)",
                "Person or entity authentication",
                ["company_sign_in", "people_and_roles", "key_bounds"],
                "How strongly people prove who they are is the identity provider's."
            ),
            new(
                "164.312(e)",
                "Transmission security",
                ["transport_security", "address_guard"],
                "TLS before Portico itself is for whoever runs it."
            ),
            new(
                "164.502(b)",
                "Minimum necessary",
                ["personal_data_screening", "data_classes", "capture_limits", "reveal_with_reason"],
                "What is necessary is judged by people."
            ),
        ]
    );
}
