namespace Portico.SystemTests;

public sealed class ProgramTests
{
    [Fact]
    public void The_error_table_is_closed_and_complete()
    {
        ErrorTable.All.Count.ShouldBeGreaterThan(20);
        ErrorTable.All.ShouldAllBe(e => e.Advice.EndsWith('.') && e.Status >= 400);
        ErrorTable.All.Select(e => e.Code).ShouldBeUnique();
    }
}
