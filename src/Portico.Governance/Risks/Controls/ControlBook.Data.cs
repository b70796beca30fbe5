namespace Portico.Governance.Risks.Controls;

/// <summary>What may be sent where, what is kept of it, for how long, and who reads it.</summary>
static partial class ControlBook
{
    static IEnumerable<Control> OfData() =>
        [
            new(
                "data_classes",
                "Classes of data",
                "Has calls name the class of their data, and refuses classes that the stage of the use case may not send.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/write-a-policy.md",
                ["PolicyDoorTests"]
            ),
            new(
                "data_terms",
                "Terms of providers",
                "Refuses deployments whose provider trains on what is sent, keeps it too long, or works on it elsewhere.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/set-rules-for-models.md",
                ["PolicyDoorTests", "ModelRuleDoorTests", "DataDemandDoorTests"]
            ),
            new(
                "capture_limits",
                "Bounds of what is kept",
                "Says for every call how much of it is kept, whatever its route and key ask for.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/write-a-policy.md",
                ["PolicyDoorTests", "KeptContentsTests"]
            ),
            new(
                "retention",
                "Retention",
                "Removes what was said, responses and records when their time is over, and reports what it removed.",
                "GET /api/purges",
                "/evidence",
                "docs/how-to/read-what-was-said.md",
                ["PolicyRetentionTests", "RetentionTests", "ResponseRetentionTests"]
            ),
            new(
                "record_floor",
                "Records stay",
                "Keeps records of calls for at least a number of months, whatever another line says.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/write-a-policy.md",
                ["PolicyRetentionTests"]
            ),
            new(
                "reveal_with_reason",
                "Reading with a reason",
                "Shows what was said to nobody who did not say why and whom no second person let, for minutes, each reading counted.",
                "GET /api/reveals",
                "/evidence",
                "docs/how-to/read-what-was-said.md",
                ["RevealTests", "ContentTests"]
            ),
            new(
                "legal_holds",
                "Legal holds",
                "Keeps what is under a hold, whatever its time and whoever wants it gone.",
                "GET /api/holds",
                "/evidence",
                "docs/how-to/read-what-was-said.md",
                ["HoldTests"]
            )
            {
                Always = "A hold can be made over any workspace, person or call.",
            },
            new(
                "subject_requests",
                "Everything about a person",
                "Gives out or erases everything about a person, asked by one and decided by another, with a report.",
                "GET /api/subject-requests",
                "/evidence",
                "docs/how-to/answer-what-people-ask-about-themselves.md",
                ["SubjectTests", "KilledErasureTests"]
            )
            {
                Always = "Access and erasure can be asked for every person that Portico knows.",
            },
            new(
                "sealed_storage",
                "Sealed contents and credentials",
                "Seals what was said, files and credentials under keys of their own, and destroys the key of a workspace when two people say so.",
                "GET /api/keyring",
                "/settings",
                "docs/operate/master-key.md",
                ["KeyHierarchyTests", "SealedBoxTests", "KeyDestructionTests"]
            )
            {
                Always = "Nothing that was said and no credential is written unsealed.",
            },
            new(
                "tenant_walls",
                "Walls between workspaces",
                "Answers an id of another workspace as one that was never given out, at every operation and in every field.",
                "GET /api/workspaces",
                "/settings",
                "docs/how-to/give-roles-at-a-place.md",
                ["TenantWallTests", "DoorWallTests"]
            )
            {
                Always = "No setting takes them down.",
            },
        ];
}
