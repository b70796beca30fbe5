namespace Portico.Governance.Risks.Controls;

/// <summary>Who may do what, who decided it, and what they learned before.</summary>
static partial class ControlBook
{
    static IEnumerable<Control> OfPeople() =>
        [
            new(
                "people_and_roles",
                "People and roles",
                "Lets each account and token do what its roles say, at the places they are held, and nothing that no row names.",
                "GET /api/roles",
                "/settings",
                "docs/how-to/give-roles-at-a-place.md",
                ["RoleTests", "GrantTests", "EndpointTests"]
            )
            {
                Always = "An operation without a row in the table of permissions is open to nobody.",
            },
            new(
                "company_sign_in",
                "Sign-in by the company's provider",
                "Lets people in by the identity provider of the company alone, and out when it knows them no more.",
                "GET /api/organisations/{id}/sign-in-rule",
                "/settings",
                "docs/how-to/sign-in-with-an-identity-provider.md",
                ["OidcSignInTests", "RecheckTests", "SignInRuleTests", "ScimTests"]
            ),
            new(
                "key_bounds",
                "Bounds of service keys",
                "Bounds each service key by an end, by networks or by routes.",
                "GET /api/keys",
                "/keys",
                "docs/how-to/limit-a-key.md",
                ["KeyTests", "KeyServiceTests"]
            ),
            new(
                "use_case_register",
                "Register of use cases",
                "Has for each use case a purpose and an owner.",
                "GET /api/use-cases",
                "/settings",
                "docs/how-to/write-a-policy.md",
                ["GovernanceServiceTests"]
            ),
            new(
                "use_case_classification",
                "Classes of risk",
                "Has for each use case a class of risk that somebody answers for.",
                "GET /api/use-case-approvals",
                "/policies",
                "docs/how-to/have-a-person-decide.md",
                ["UseCaseApprovalTests"]
            ),
            new(
                "use_case_approval",
                "Approval of use cases",
                "Lets a use case make calls when as many people approved its purpose as its class of risk asks for.",
                "GET /api/use-case-approvals",
                "/policies",
                "docs/how-to/have-a-person-decide.md",
                ["UseCaseApprovalTests", "UseCaseApprovalDoorTests"]
            ),
            new(
                "ai_literacy",
                "Learning before calling",
                "Lets people call when they have passed the courses that are asked of them.",
                "GET /api/access-rules",
                "/learning",
                "docs/how-to/train-people.md",
                ["LearningDoorTests", "LearningTests"]
            ),
            new(
                "acceptable_use",
                "Acceptable use",
                "Lets people call when they have acknowledged the acceptable-use policy.",
                "GET /api/acceptable-use",
                "/learning",
                "docs/how-to/train-people.md",
                ["LearningDoorTests", "LearningOfficeTests"]
            ),
            new(
                "audit_log",
                "Audit log",
                "Writes who did what before it is done, refusals and readings included, in a tree that is signed and can be proved.",
                "GET /api/audit/acts",
                "/audit",
                "docs/how-to/read-the-audit-log.md",
                ["ApiAuditTests", "AuditLogTests", "AuditForgeryTests"]
            )
            {
                Always = "What cannot be written to it is not done.",
            },
            new(
                "audit_anchors",
                "Audit log anchored outside",
                "Puts checkpoints of the audit log where whoever runs the machine cannot take them back.",
                "GET /api/audit/logs",
                "/audit",
                "docs/how-to/read-the-audit-log.md",
                ["AuditAnchorTests", "BlobAnchorTests"]
            ),
        ];
}
