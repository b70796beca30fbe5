using Portico.Observability;

namespace Portico.Tests.Observability;

public sealed class CallRecordTests
{
    [Fact]
    public void Names_that_a_provider_says_are_kept_up_to_a_length_and_never_cut_inside_of_a_character()
    {
        var record = new CallRecord { UpstreamRequestId = new string('x', 60_000), ServedModel = new string('y', 255) + "🚲" };
        record.UpstreamRequestId.ShouldBe(new string('x', 256));
        record.ServedModel.ShouldBe(new string('y', 255));
        record.ServedModel = "gpt-5";
        record.UpstreamRequestId = null;
        (record.ServedModel, record.UpstreamRequestId).ShouldBe(("gpt-5", null));
    }
}
