using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Server;

/// <summary>
/// The OpenAPI document of the management API. Shapes come from the code; what holds for whole kinds of operations is added here: sign-in, preconditions,
/// idempotency, tags of versions, and the one shape of errors.
/// </summary>
static class ApiDescription
{
    const string Problem = "Problem";
    const string Token = "admin_token";

    /// <summary>Nouns whose things have a version, told as ETag.</summary>
    static readonly HashSet<string> Versioned = new(StringComparer.Ordinal)
    {
        "organisations",
        "workspaces",
        "use-cases",
        "people",
        "accounts",
        "keys",
        "connections",
        "models",
        "model-rules",
        "deployments",
        "routes",
        "budgets",
        "limits",
        "views",
        "policies",
        "acceptable-use",
        "exercise-settings",
        "assignments",
        "access-rules",
        "roles",
        "identity-providers",
        "workloads",
    };

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddSchemaTransformer(
            (schema, context, _) =>
            {
                DescribeType(schema, context.JsonTypeInfo.Type);
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                var path = context.Description.RelativePath!;
                // "api/use-cases/{id}" is about use-cases.
                var noun = path.Split('/')[1];
                operation.Tags = new HashSet<OpenApiTagReference> { new(noun, context.Document) };
                var method = context.Description.HttpMethod!;
                var isOpen = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any();
                var isReplayed = !isOpen && !context.Description.ActionDescriptor.EndpointMetadata.OfType<AnswersAsItGoes>().Any();
                AddHeaders(operation, method, noun, path, isReplayed);
                if (isOpen)
                    operation.Security = [];
                if (PermissionTable.Find(method, "/" + path) is { Permission: { } permission, About: var about })
                    operation.Description =
                        $"Needs the permission {permission.Name}{(about == About.Platform ? " everywhere" : "")}: to {permission.Says}.";
                AddErrors(operation, context.Document!);
                AddTags(operation, method, noun, path);
                return Task.CompletedTask;
            }
        );
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                Describe(document);
                AnswerSchemas.MarkRequired(document);
                return Task.CompletedTask;
            }
        );
    }

    /// <summary>Types with converters of their own are texts, which the generator cannot know.</summary>
    static void DescribeType(OpenApiSchema schema, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(Secret))
        {
            schema.Type = JsonSchemaType.String;
            schema.Format = "password";
        }
        else if (type.IsEnum)
            schema.Type = JsonSchemaType.String;
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Id<>))
        {
            schema.Type = JsonSchemaType.String;
            var prefix = (string)type.GetGenericArguments()[0].GetProperty(nameof(IIdKind.Prefix))!.GetValue(null)!;
            schema.Pattern = $"^{prefix}_[0-9a-hjkmnp-tv-z]{{26}}$";
        }
    }

    static void AddHeaders(OpenApiOperation operation, string method, string noun, string path, bool isReplayed)
    {
        operation.Parameters ??= [];
        if (method == "POST" && isReplayed)
            operation.Parameters.Add(
                Header(
                    "Idempotency-Key",
                    required: false,
                    "Up to 255 characters of your choice. The first answer is kept for a day and given again to the same request."
                )
            );
        // The contents of a call have no version: there is nothing to overwrite.
        else if (method is "PUT" or "PATCH" or "DELETE" && Versioned.Contains(noun))
            operation.Parameters.Add(Header("If-Match", required: true, "The ETag that was read, or * to overwrite whatever is there."));
        if (
            path is "api/usage" or "api/risks/export"
            && operation.Responses?.GetValueOrDefault("200") is OpenApiResponse { Content: { } content }
        )
            foreach (var file in path == "api/usage" ? ["text/csv"] : new[] { "text/csv", "text/markdown" })
                content[file] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
    }

    static OpenApiParameter Header(string name, bool required, string description) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Required = required,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    static void AddErrors(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "An error; docs/reference/errors.md lists the codes.",
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Problem, document) },
            },
        };
    }

    static void AddTags(OpenApiOperation operation, string method, string noun, string path)
    {
        var isList =
            method == "GET"
            && !path.Contains("{id}", StringComparison.Ordinal)
            // There is one of each.
            && path is not ("api/acceptable-use" or "api/exercise-settings");
        if (
            isList
            || !Versioned.Contains(noun)
            || path.EndsWith("/offered", StringComparison.Ordinal)
            || path.EndsWith("/check", StringComparison.Ordinal)
            || path.EndsWith("/decisions", StringComparison.Ordinal)
            || path.EndsWith("/forecast", StringComparison.Ordinal)
            || path.EndsWith("/versions", StringComparison.Ordinal)
            || path.EndsWith("/effective", StringComparison.Ordinal)
            || path.EndsWith("/replay", StringComparison.Ordinal)
            || path.EndsWith("/reveal-rule", StringComparison.Ordinal)
            || path.EndsWith("/sign-in-rule", StringComparison.Ordinal)
        )
            return;
        foreach (var (status, response) in operation.Responses ?? [])
            if (status is "200" or "201" && response is OpenApiResponse known)
                known.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
                {
                    ["ETag"] = new OpenApiHeader
                    {
                        Description = "The version; send it in If-Match.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                };
    }

    static void Describe(OpenApiDocument document)
    {
        document.Info.Title = "Portico management API";
        document.Info.Version = "v1";
        document.Info.Description =
            "Send an admin token as 'Authorization: Bearer pa_live_…', or sign in and send the cookie, with X-Portico-Csrf on changes; roles say what one may do. Errors are RFC 9457 problem documents. Lists page by limit and cursor. "
            + "Changes take If-Match with the ETag that was read; creations take Idempotency-Key. Money is nano-USD in whole numbers or decimal text in USD.";
        document.Servers = null;
        document.AddComponent(Problem, ProblemSchema());
        document.AddComponent(
            Token,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An admin token, pa_live_…",
            }
        );
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] }];
        document.Tags = document
            .Paths.Values.SelectMany(p => p.Operations ?? [])
            .Select(o => o.Value)
            .SelectMany(o => o.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(t => t.Reference.Id!)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => new OpenApiTag { Name = name })
            .ToHashSet();
    }

    static OpenApiSchema ProblemSchema()
    {
        static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A problem document, RFC 9457. Some errors have more members.",
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["type"] = Text("urn:portico:error: and the code"),
                ["title"] = Text("The code in words"),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status" },
                ["detail"] = Text("What is wrong with this request"),
                ["code"] = Text("One of the closed list of codes"),
                ["param"] = Text("The field or header that is wrong, where there is one"),
                ["advice"] = Text("What to do"),
                ["request_id"] = Text("Finds the request in the log"),
            },
            Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "detail", "code", "advice", "request_id" },
        };
    }
}
