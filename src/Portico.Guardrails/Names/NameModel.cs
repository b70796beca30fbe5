using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Portico.Guardrails.Names;

/// <summary>
/// The weights of the tagger: a row of <see cref="Labels"/> small numbers for each hashed feature, what may follow what, and how sure a finding is.
/// Its file begins with lines of text that name sources, licences, counts and the seed, up to an empty line.
/// </summary>
sealed class NameModel
{
    /// <summary>Outside, then a beginning and an inside for each of the <see cref="Families"/>.</summary>
    public const int Labels = 1 + 2 * Families;

    /// <summary>Person, organisation, address, place.</summary>
    public const int Families = 4;

    /// <summary>Numbers of a row in memory: the labels, filled up for vectors.</summary>
    public const int Stride = 16;

    /// <summary>Parts of the range of the raw probability, each with its calibrated one.</summary>
    public const int Bins = 20;

    internal const string File = "names.bin";

    const string Magic = "PORTICO NAMES 1";

    /// <summary>Bytes between the head and the weights: bits, scale, what may follow what, calibration.</summary>
    const int TableBytes = 8 + 4 * ((Labels + 1) * Labels + Families * Bins);

    readonly sbyte[] rows;

    NameModel(string header, int rowBits, float scale, float[] follow, float[] calibration, ReadOnlySpan<byte> packed)
    {
        (Header, RowBits, Scale, Follow, Calibration) = (header, rowBits, scale, follow, calibration);
        rows = new sbyte[((1 << rowBits) + 1) * Stride];
        var weights = MemoryMarshal.Cast<byte, sbyte>(packed);
        for (int row = 0, at = 0; at < weights.Length; row += Stride, at += Labels)
            weights.Slice(at, Labels).CopyTo(rows.AsSpan(row, Labels));
    }

    /// <summary>The lines in front.</summary>
    public string Header { get; }

    /// <summary>There are 2 to this rows.</summary>
    public int RowBits { get; }

    /// <summary>What a weight of 1 is worth.</summary>
    public float Scale { get; }

    /// <summary>From a label (row; the last row is the beginning of a unit) to the next.</summary>
    public float[] Follow { get; }

    /// <summary>By family and bin: of the findings with such a raw probability, the share that is right.</summary>
    public float[] Calibration { get; }

    /// <summary>A row of <see cref="Stride"/> for each feature and one of zeros.</summary>
    public ReadOnlySpan<sbyte> Rows => rows;

    /// <summary>The bin of a raw probability.</summary>
    public static int Bin(float probability) => Math.Clamp((int)(probability * Bins), 0, Bins - 1);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static NameModel Read(ReadOnlySpan<byte> file)
    {
        var end = file.IndexOf("\n\n"u8);
        if (end < 0 || !file.StartsWith(Encoding.UTF8.GetBytes(Magic)))
            throw new InvalidDataException("This is no model of names.");
        var header = Encoding.UTF8.GetString(file[..end]);
        var at = end + 2;
        if (file.Length - at < TableBytes)
            throw new InvalidDataException("The model of names is cut off.");
        var rowBits = BinaryPrimitives.ReadInt32LittleEndian(file[at..]);
        var scale = BinaryPrimitives.ReadSingleLittleEndian(file[(at + 4)..]);
        at += 8;
        var follow = Floats(file, ref at, (Labels + 1) * Labels);
        var calibration = Floats(file, ref at, Families * Bins);
        if (rowBits is < 8 or > 22 || file.Length - at != (1 << rowBits) * Labels)
            throw new InvalidDataException("The model of names has a wrong length.");
        if (!float.IsFinite(scale) || !follow.Concat(calibration).All(float.IsFinite))
            throw new InvalidDataException("The model of names has something that is no number.");
        return new NameModel(header, rowBits, scale, follow, calibration, file[at..]);
    }

    /// <summary>A model's file. The weights are <see cref="Labels"/> a row.</summary>
    public static byte[] Write(
        string header,
        int rowBits,
        float scale,
        ReadOnlySpan<float> follow,
        ReadOnlySpan<float> calibration,
        ReadOnlySpan<sbyte> weights
    )
    {
        var text = Encoding.UTF8.GetBytes($"{Magic}\n{header.TrimEnd()}\n\n");
        var file = new byte[text.Length + 8 + 4 * (follow.Length + calibration.Length) + weights.Length];
        text.CopyTo(file, 0);
        var at = text.Length;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), rowBits);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(at + 4), scale);
        at += 8;
        foreach (var value in follow)
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(at), value);
            at += 4;
        }
        foreach (var value in calibration)
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(at), value);
            at += 4;
        }
        MemoryMarshal.AsBytes(weights).CopyTo(file.AsSpan(at));
        return file;
    }

    static float[] Floats(ReadOnlySpan<byte> file, ref int at, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++, at += 4)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(file[at..]);
        return values;
    }
}
