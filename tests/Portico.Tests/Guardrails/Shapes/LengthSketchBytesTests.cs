using Portico.Guardrails.Shapes;
using static Portico.Tests.Guardrails.Shapes.LengthSketchTests;

namespace Portico.Tests.Guardrails.Shapes;

/// <summary>The byte form of a sketch: it comes back the same, and what is none is refused.</summary>
public sealed class LengthSketchBytesTests
{
    [Fact]
    public void The_byte_form_comes_back_the_same_and_is_small()
    {
        foreach (var kind in Kinds)
        foreach (var count in new[] { 0, 1, 3, 64, 10_000 })
        {
            var sketch = Sketch(count == 0 ? [] : Make(kind, count, 9));
            Span<byte> bytes = new byte[LengthSketch.MaxBytes];
            var size = sketch.WriteTo(bytes);
            size.ShouldBe(sketch.ByteCount);
            var read = LengthSketch.ReadFrom(bytes[..size]);
            read.Weight.ShouldBe(sketch.Weight, 1e-9 + 1e-6 * sketch.Weight);
            Span<byte> again = new byte[size];
            read.WriteTo(again).ShouldBe(size);
            again.SequenceEqual(bytes[..size]).ShouldBeTrue();
            if (count == 0)
                continue;
            foreach (var quantile in Quantiles)
                read.Quantile(quantile).ShouldBe(sketch.Quantile(quantile), sketch.Quantile(quantile) * 1e-5, $"{kind}, {count}");
            read.Add(5);
            read.Weight.ShouldBe(count + 1, 1e-3);
        }
        LengthSketch.MaxBytes.ShouldBe(522);
        Should.Throw<ArgumentException>(() => new LengthSketch().WriteTo(new byte[5]));
    }

    [Fact]
    public void Bytes_that_are_no_sketch_are_refused_with_what_is_wrong()
    {
        var good = new byte[Sketch([1, 20, 300]).ByteCount];
        Sketch([1, 20, 300]).WriteTo(good);
        void Refused(Func<byte[], byte[]> change, string says) =>
            Should.Throw<FormatException>(() => LengthSketch.ReadFrom(change([.. good]))).Message.ShouldContain(says);
        byte[] With(byte[] bytes, int at, float value)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(at), value);
            return bytes;
        }
        Refused(_ => [], "head");
        Refused(b => b[..^1], "3 centroids");
        Refused(b => [.. b, 0], "3 centroids");
        Refused(b => [2, .. b[1..]], "version");
        Refused(b => [1, 65, .. b[2..]], "65 centroids");
        Refused(b => With(b, 2, float.NaN), "least");
        Refused(b => With(b, 6, -1), "least");
        Refused(b => With(b, 6, 1e9f), "least");
        Refused(b => With(b, 10, float.NaN), "order");
        Refused(b => With(b, 10, 5), "order");
        Refused(b => With(b, 14, 0), "weight");
        Refused(b => With(b, 14, float.PositiveInfinity), "weight");
        for (var seed = 1; seed <= 5_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = [.. good];
            for (var change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                var sketch = LengthSketch.ReadFrom(bytes);
                double.IsNaN(sketch.Quantile(0.5)).ShouldBeFalse($"seed {seed}");
                sketch.Add(10);
                sketch.Rank(10).ShouldBeInRange(0, 1, $"seed {seed}");
            }
            catch (FormatException)
            {
                // Refused, which is as good.
            }
        }
    }
}
