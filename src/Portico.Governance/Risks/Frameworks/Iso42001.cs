namespace Portico.Governance.Risks.Frameworks;

/// <summary>Controls of Annex A of ISO/IEC 42001 that touch a gateway.</summary>
static class Iso42001
{
    public static readonly Framework Framework = new(
        "iso_42001",
        "ISO 42001",
        "ISO/IEC 42001, Annex A",
        "2023",
        "https://www.iso.org/standard/42001",
        "Numbers and titles of Annex A alone. The management system itself, clauses 4 to 10, is an organisation's.",
        [
            new(
                "A.2.2",
                "AI policy",
                ["acceptable_use"],
                "The policy itself is written by people; Portico keeps the text for users and who acknowledged it."
            ),
            new(
                "A.3.2",
                "AI roles and responsibilities",
                ["people_and_roles", "use_case_register"],
                "Roles beyond those in Portico are the organisation's."
            ),
            new("A.4.6", "Human resources", ["ai_literacy"], "Competence beyond the courses is not recorded."),
            new(
                "A.5.2",
                "AI system impact assessment process",
                ["use_case_classification", "use_case_approval"],
                "A class of risk and approvals are kept, an assessment is not."
            ),
            new(
                "A.6.2.4",
                "AI system verification and validation",
                ["policy_trials"],
                "Models and prompts are not evaluated here; policies are tried on past calls."
            ),
            new(
                "A.6.2.5",
                "AI system deployment",
                ["model_approval", "use_case_approval"],
                "What is rolled out beside models, routes and policies is not seen."
            ),
            new(
                "A.6.2.6",
                "AI system operation and monitoring",
                ["call_records", "usage_reports", "provider_health", "alerts"],
                "Quality of answers is not monitored."
            ),
            new("A.6.2.7", "AI system technical documentation", ["model_cards"], "Documentation of the application is not kept here."),
            new(
                "A.6.2.8",
                "AI system recording of event logs",
                ["call_records", "audit_log", "audit_anchors", "record_floor"],
                "Events of the application are not recorded."
            ),
            new("A.7.2", "Data for development and enhancement of AI system", [], "Portico has no data for development."),
            new("A.7.5", "Data provenance", [], "Where data of an application comes from is not recorded."),
            new(
                "A.8.2",
                "System documentation and information for users",
                ["model_cards", "acceptable_use"],
                "Documentation of the application is its own."
            ),
            new("A.8.4", "Communication of incidents", [], "There is no register of incidents and nobody is told by itself."),
            new(
                "A.9.2",
                "Processes for responsible use of AI systems",
                ["acceptable_use", "ai_literacy", "content_screening", "guards", "person_decides"],
                "Processes outside of calls are the organisation's."
            ),
            new(
                "A.9.4",
                "Intended use of the AI system",
                ["use_case_register", "use_case_approval", "model_approval"],
                "Whether a call serves the purpose of its use case is not recognised."
            ),
            new("A.10.2", "Allocating responsibilities", ["use_case_register", "people_and_roles"], "Contracts are not kept here."),
            new(
                "A.10.3",
                "Suppliers",
                ["model_lists", "data_terms", "model_cards"],
                "Suppliers are not assessed here; terms are as the card says them."
            ),
            new("A.10.4", "Customers", [], "What customers of the organisation were promised is not known here."),
        ]
    );
}
