using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Portico.Governance.Api;

/// <summary>
/// Endpoints of the management API, mapped as the framework maps them, but for one thing: the code that reads a request into a handler's parameters is made when an endpoint is
/// first asked, and not for all of them at the first request. There are hundreds, and a node that starts is asked for a few.
/// </summary>
/// <remarks>What they take and answer is told to routing and to the OpenAPI document at once. These methods win over the framework's, since a group is nearer to them.</remarks>
public static class OnDemandEndpoints
{
    public static RouteHandlerBuilder MapGet(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(group, HttpMethods.Get, pattern, handler);

    public static RouteHandlerBuilder MapPost(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(group, HttpMethods.Post, pattern, handler);

    public static RouteHandlerBuilder MapPut(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(group, HttpMethods.Put, pattern, handler);

    public static RouteHandlerBuilder MapPatch(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(group, HttpMethods.Patch, pattern, handler);

    public static RouteHandlerBuilder MapDelete(this RouteGroupBuilder group, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(group, HttpMethods.Delete, pattern, handler);

    static RouteHandlerBuilder Map(RouteGroupBuilder group, string method, string pattern, Delegate handler)
    {
        // Its delegate is put in below, where the endpoint is known.
        var mapped = group.MapMethods(pattern, [method], (RequestDelegate)(_ => Task.CompletedTask));
        // Routing and whoever else lists endpoints build them for themselves: what is made is made once for all.
        OnDemandBinding? binding = null;
        mapped.Add(endpoint => Bind((RouteEndpointBuilder)endpoint, method, handler, ref binding));
        return new RouteHandlerBuilder([mapped]);
    }

    /// <summary>Metadata stand in the order of the framework: what the handler's signature tells, what its group and the endpoint were given, the handler's attributes.</summary>
    static void Bind(RouteEndpointBuilder endpoint, string method, Delegate handler, ref OnDemandBinding? binding)
    {
        var services = endpoint.ApplicationServices;
        var options = new RequestDelegateFactoryOptions
        {
            ServiceProvider = services,
            RouteParameterNames = endpoint.RoutePattern.Parameters.Select(p => p.Name),
            ThrowOnBadRequest = services.GetRequiredService<IOptions<RouteHandlerOptions>>().Value.ThrowOnBadRequest,
            DisableInferBodyFromParameters = HttpMethods.IsGet(method) || HttpMethods.IsDelete(method),
            EndpointBuilder = endpoint,
        };
        var given = endpoint.Metadata.ToArray();
        endpoint.Metadata.Clear();
        endpoint.Metadata.Add(handler.Method);
        var inferred = RequestDelegateFactory.InferMetadata(handler.Method, options);
        foreach (var item in given.Concat(handler.Method.GetCustomAttributes(inherit: true)))
            endpoint.Metadata.Add(item);
        binding ??= new OnDemandBinding(() => RequestDelegateFactory.Create(handler, options, inferred).RequestDelegate);
        endpoint.Metadata.Add(binding);
        endpoint.DisplayName = $"HTTP: {method} {endpoint.RoutePattern.RawText} => {handler.Method.Name}";
        endpoint.RequestDelegate = binding.InvokeAsync;
    }
}

/// <summary>What reads a request for one endpoint, made when it is first needed.</summary>
sealed class OnDemandBinding(Func<RequestDelegate> make)
{
    readonly Lazy<RequestDelegate> made = new(make);

    public bool IsMade => made.IsValueCreated;

    public Task InvokeAsync(HttpContext http) => made.Value(http);
}
