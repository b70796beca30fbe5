using System.Buffers.Binary;
using System.Text;

namespace Portico.Guardrails.Learning;

/// <summary>The sum of the weights of features, and how many they were.</summary>
readonly record struct FeatureSum(long Weights, int Count)
{
    public static FeatureSum operator +(FeatureSum left, FeatureSum right) => new(left.Weights + right.Weights, left.Count + right.Count);
}

/// <summary>
/// A linear model over hashed features with weights of one byte. Its answer is a log-odds: the weights' sum over the square root of the features' number, so that sentences
/// and long texts compare. The binary form carries what it was trained on.
/// </summary>
/// <remarks>
/// Form: <c>PGLM</c>, version (int32), number of bits (int32), scale and bias (float32), length of the provenance (int32), the provenance in UTF-8, weights (int8 each); all little-endian.
/// </remarks>
sealed class LinearModel
{
    const int Version = 1;
    const int HeadBytes = 24;
    const int MaxBits = 22;
    static readonly byte[] Magic = "PGLM"u8.ToArray();

    readonly sbyte[] weights;
    readonly float scale;
    readonly float bias;
    readonly int shift;

    public LinearModel(sbyte[] weights, int bits, float scale, float bias, string provenance)
    {
        (this.weights, this.scale, this.bias, Provenance) = (weights, scale, bias, provenance);
        (Bits, shift) = (bits, 32 - bits);
    }

    /// <summary>2 to this power weights.</summary>
    public int Bits { get; }

    /// <summary>What it was trained on: sets with their licences and counts, the seed, a hash of the texts.</summary>
    public string Provenance { get; }

    /// <summary>What one step of a weight adds to the log-odds of a feature.</summary>
    public float Scale => scale;

    /// <summary>The log-odds where nothing speaks for or against.</summary>
    public float Bias => bias;

    /// <summary>One for each place that a feature's hash can have.</summary>
    public ReadOnlySpan<sbyte> Weights => weights;

    /// <summary>The same model with other weights.</summary>
    public LinearModel With(sbyte[] changed, string provenance) => new(changed, Bits, scale, bias, provenance);

    /// <summary>Sums the features of one sentence.</summary>
    public FeatureSum Sum(WordScan scan, in ScannedSentence sentence, bool mention)
    {
        var sink = new WeightSink(weights, shift);
        TextFeatures.Read(scan, sentence, mention, ref sink);
        return new FeatureSum(sink.Total, sink.Count);
    }

    /// <summary>The log-odds of features that were summed; the bias where there are none.</summary>
    public float Odds(FeatureSum sum) => sum.Count == 0 ? bias : bias + scale * sum.Weights / MathF.Sqrt(sum.Count);

    /// <summary>The probability for a log-odds.</summary>
    public static float Probability(float odds) => 1 / (1 + MathF.Exp(-odds));

    public byte[] Write()
    {
        var text = Encoding.UTF8.GetBytes(Provenance);
        var bytes = new byte[HeadBytes + text.Length + weights.Length];
        Magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Bits);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(12), scale);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(16), bias);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), text.Length);
        text.CopyTo(bytes, HeadBytes);
        weights.CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan(HeadBytes + text.Length)));
        return bytes;
    }

    /// <summary>Reads the binary form; an <see cref="InvalidDataException"/> says what is wrong with it.</summary>
    public static LinearModel Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes || !bytes[..4].SequenceEqual(Magic))
            throw new InvalidDataException("This is no linear model.");
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]) != Version)
            throw new InvalidDataException("The linear model has a version that is not known here.");
        var bits = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]);
        if (bits is < 1 or > MaxBits || length < 0 || bytes.Length != HeadBytes + (long)length + (1 << bits))
            throw new InvalidDataException("The linear model is cut off or longer than it says.");
        var (scale, bias) = (BinaryPrimitives.ReadSingleLittleEndian(bytes[12..]), BinaryPrimitives.ReadSingleLittleEndian(bytes[16..]));
        if (!float.IsFinite(scale) || !float.IsFinite(bias))
            throw new InvalidDataException("The linear model has a scale or a bias that is no number.");
        return new LinearModel(
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(bytes[(HeadBytes + length)..]).ToArray(),
            bits,
            scale,
            bias,
            Encoding.UTF8.GetString(bytes.Slice(HeadBytes, length))
        );
    }

    struct WeightSink(sbyte[] weights, int shift) : IFeatureSink
    {
        public long Total;
        public int Count;

        public void Add(uint hash)
        {
            Total += weights[hash >> shift];
            Count++;
        }
    }
}
