using Portico.Gateway.Routing;
using Portico.Governance.Risks;

namespace Portico.Tests.Governance.Risks;

/// <summary>How routes stand that should have more than one deployment.</summary>
public sealed class FallbackCheckTests
{
    [Fact]
    public void Routes_that_lead_to_one_deployment_have_nothing_that_stands_in()
    {
        static Route Of(params RouteTarget[] targets) =>
            new()
            {
                Id = RouteId.New(TimeProvider.System),
                Name = Guid.NewGuid().ToString("N"),
                Targets = targets,
            };
        RouteTarget One() => new(DeploymentId.New(TimeProvider.System), null);
        FallbackCheck.Find([], null!).State.ShouldBe(ControlState.Absent);
        FallbackCheck.Find([Of(One())], null!).State.ShouldBe(ControlState.Absent);
        FallbackCheck
            .Find([Of(One()), Of(One(), One())], null!)
            .ShouldBe(ControlFinding.Partial("1 of 2 routes lead to more than one deployment."));
        FallbackCheck.Find([Of(One(), One())], null!).State.ShouldBe(ControlState.InForce);
    }
}
