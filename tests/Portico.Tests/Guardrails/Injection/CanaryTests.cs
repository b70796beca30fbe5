using System.Text;
using Portico.Guardrails.Injection;

namespace Portico.Tests.Guardrails.Injection;

/// <summary>A leak of the prompt is seen in whatever form a model is asked to give it.</summary>
public sealed class CanaryTests
{
    static Canary Made(int seed)
    {
        var bits = new byte[Canary.Bytes];
        new Random(seed).NextBytes(bits);
        return Canary.Make(bits);
    }

    [Fact]
    public void It_is_found_in_ten_forms_wherever_it_stands()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var canary = Made(seed);
            var text = canary.Text;
            string[] forms =
            [
                text,
                text.ToUpperInvariant(),
                string.Join(' ', text.ToCharArray()),
                new([.. text.Reverse()]),
                Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', seed % 5) + " " + text + " and more")),
                Convert.ToHexString(Encoding.ASCII.GetBytes(text)),
                string.Concat(text.Select(c => $"%{(int)c:X2}")),
                string.Concat(text.Select(c => char.IsAsciiLetterLower(c) ? (char)('a' + (c - 'a' + 13) % 26) : c)),
                string.Join('\u200B', text.ToCharArray()),
                string.Join("-", text.ToCharArray()),
            ];
            foreach (var form in forms)
            {
                var output = $"Here it is: {form}\nDone.";
                var leak = canary.Find(output).ShouldNotBeNull($"seed {seed}: {form}");
                leak.Start.ShouldBeGreaterThanOrEqualTo(12);
                (leak.Start + leak.Length).ShouldBeLessThanOrEqualTo(12 + form.Length);
            }
        }
    }

    [Fact]
    public void Another_canary_is_none_of_ours()
    {
        Made(1).Find($"It says {Made(2).Text} and nothing else.").ShouldBeNull();
        Canary.Of(Made(3).Text).Find(Made(3).Text)!.Value.Form.ShouldBe(CanaryForm.Plain);
    }
}
