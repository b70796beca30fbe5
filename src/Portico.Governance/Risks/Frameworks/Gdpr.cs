namespace Portico.Governance.Risks.Frameworks;

/// <summary>Articles of the GDPR that touch a gateway.</summary>
static class Gdpr
{
    public static readonly Framework Framework = new(
        "gdpr",
        "GDPR",
        "GDPR, Regulation (EU) 2016/679",
        "Official Journal of 4 May 2016",
        "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
        "What supports a controller or processor. Whether processing is lawful is a matter of law.",
        [
            new(
                "Art. 5",
                "Principles relating to processing of personal data",
                ["personal_data_screening", "capture_limits", "retention", "data_classes", "audit_log"],
                "Fairness and purpose are judged by people."
            ),
            new("Art. 6", "Lawfulness of processing", ["use_case_register"], "The purpose of a use case is kept; the legal basis is not."),
            new(
                "Art. 15",
                "Right of access by the data subject",
                ["subject_requests"],
                "It covers people that Portico knows: those who are only named in texts are found by search alone."
            ),
            new(
                "Art. 17",
                "Right to erasure (‘right to be forgotten’)",
                ["subject_requests", "retention", "sealed_storage", "legal_holds"],
                "The audit log keeps ids; copies at providers are theirs to erase."
            ),
            new(
                "Art. 20",
                "Right to data portability",
                ["subject_requests"],
                "The package is JSON in a zip; other systems need not take it."
            ),
            new(
                "Art. 22",
                "Automated individual decision-making, including profiling",
                ["person_decides", "use_case_approval"],
                "Decisions that an application makes with an answer are not seen."
            ),
            new(
                "Art. 25",
                "Data protection by design and by default",
                ["capture_limits", "personal_data_screening", "retention", "people_and_roles", "sealed_storage"],
                "By default contents of calls are not kept, those of the Responses API are; what an application sends is its own."
            ),
            new(
                "Art. 28",
                "Processor",
                ["data_terms", "model_lists", "model_cards"],
                "Contracts with processors are not kept here; terms are as the card says them."
            ),
            new(
                "Art. 30",
                "Records of processing activities",
                ["use_case_register", "call_records"],
                "The record of Art. 30 is not made here: purposes, owners and providers can be exported for it."
            ),
            new(
                "Art. 32",
                "Security of processing",
                ["sealed_storage", "tenant_walls", "people_and_roles", "transport_security", "backups", "audit_log"],
                "The machine and its network are for whoever runs them."
            ),
            new(
                "Art. 33",
                "Notification of a personal data breach to the supervisory authority",
                ["audit_log", "call_records"],
                "What happened can be shown; a breach is not recognised and nobody is notified by itself."
            ),
            new(
                "Art. 35",
                "Data protection impact assessment",
                ["use_case_register", "use_case_classification", "use_case_approval"],
                "No form for the assessment is kept here."
            ),
        ]
    );
}
