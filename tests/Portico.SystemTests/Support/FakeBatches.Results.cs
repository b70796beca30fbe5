using System.Text;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

sealed partial class FakeBatches
{
    /// <summary>The end of a batch: completed, expired, cancelled or failed, with results for its first lines, or for all of them.</summary>
    public void End(string id, string status, int? answered = null, string? errorCode = null)
    {
        var batch = Find(id)!;
        var (good, bad) = (new StringBuilder(), new StringBuilder());
        var count = 0;
        // Results come in any order.
        foreach (var line in status == "failed" ? [] : LinesOf(batch).Reverse())
        {
            count++;
            if (count <= (answered ?? int.MaxValue))
                WriteAnswer(line, good, bad);
            else if (status is "expired" or "cancelled")
                bad.Append(Line(line, "null", $$"""{"code":"batch_{{status}}","message":"It was not executed."}"""));
        }
        lock (batch)
        {
            batch["output_file_id"] = Kept(good);
            batch["error_file_id"] = Kept(bad);
            if (status == "failed")
                batch["errors"] = JsonNode.Parse(
                    $$"""{"object":"list","data":[{"code":"{{errorCode ?? "invalid_request"}}","message":"It is not taken.","param":null,"line":1}]}"""
                );
            batch["status"] = status;
        }
    }

    /// <summary>Completes a batch that is not over.</summary>
    public void EndIfRunning(string id)
    {
        if (Find(id) is { } batch && batch.Text("status") is ("validating" or "in_progress"))
            End(id, "completed");
    }

    void WriteAnswer(JsonNode line, StringBuilder good, StringBuilder bad)
    {
        var (code, body) = Answer(line);
        if (body is not null)
            (code < 400 ? good : bad).Append(
                Line(line, $$"""{"status_code":{{code}},"request_id":"req-{{line["custom_id"]}}","body":{{body}}}""", "null")
            );
    }

    static string Line(JsonNode line, string response, string error) =>
        $$"""{"id":"batch_req_1","custom_id":"{{line["custom_id"]}}","response":{{response}},"error":{{error}}}""" + "\n";

    string? Kept(StringBuilder text)
    {
        if (text.Length == 0)
            return null;
        var id = $"file-{Interlocked.Increment(ref number)}";
        files[id] = Encoding.UTF8.GetBytes(text.ToString());
        return id;
    }
}
