using System.Buffers.Binary;

namespace Portico.Gateway.Wire;

/// <summary>
/// How long audio is at most, from the bytes of its file: exact for WAV (http://soundfile.sapp.org/doc/WaveFormat/) and MP3
/// (https://www.iso.org/standard/22412.html, the heads of its frames), for every other form what its size holds at the lowest rate in use, 6 kbit/s of Opus
/// (https://www.rfc-editor.org/rfc/rfc6716). It is what is held; what a provider reports is what is billed.
/// </summary>
static class AudioLength
{
    const int LeastBytesPerSecond = 6_000 / 8;

    // Bit rates in kbit/s of layer III, MPEG 1 and MPEG 2 (2.5), by the four bits of the head.
    static ReadOnlySpan<short> Rates1 => [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
    static ReadOnlySpan<short> Rates2 => [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
    static ReadOnlySpan<int> Samples1 => [44_100, 48_000, 32_000, 0];

    public static long MostMs(ReadOnlySpan<byte> file)
    {
        var bySize = (long)file.Length * 1_000 / LeastBytesPerSecond + 1;
        return Wav(file) ?? Mp3(file) ?? bySize;
    }

    static long? Wav(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVE"u8))
            return null;
        long rate = 0;
        for (var at = 12; at + 8 <= file.Length; )
        {
            var chunk = file[at..];
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("fmt "u8) && chunk.Length >= 20)
                rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[16..]);
            else if (chunk.StartsWith("data"u8))
                // A stream has no length in its head: then the data is the rest.
                return rate > 0 ? (Math.Min(size, chunk.Length - 8) * 1_000 + rate - 1) / rate : null;
            if (size > int.MaxValue - at - 9)
                return null;
            at += 8 + (int)size + (int)(size & 1);
        }
        return null;
    }

    static long? Mp3(ReadOnlySpan<byte> file)
    {
        var at = 0;
        if (file.Length > 10 && file.StartsWith("ID3"u8))
            at = 10 + ((file[6] & 0x7F) << 21) + ((file[7] & 0x7F) << 14) + ((file[8] & 0x7F) << 7) + (file[9] & 0x7F);
        double seconds = 0;
        var frames = 0;
        while (at >= 0 && at + 4 <= file.Length && Frame(file[at..], out var length) is { } duration)
        {
            seconds += duration;
            frames++;
            at += length;
        }
        // A tag may stand behind the frames; anything else is no file of frames alone, and may be longer.
        var rest = file.Length - at;
        return frames > 0 && (rest <= 0 || rest < 4 || file[at..].StartsWith("TAG"u8)) ? (long)Math.Ceiling(seconds * 1_000) : null;
    }

    /// <summary>The seconds of the frame that begins here, and its bytes; null where none begins.</summary>
    static double? Frame(ReadOnlySpan<byte> at, out int length)
    {
        length = 0;
        // Eleven bits of sync; layer III.
        if (at[0] != 0xFF || (at[1] & 0xE0) != 0xE0 || (at[1] & 0x06) != 0x02)
            return null;
        var version = (at[1] >> 3) & 3; // 3 = MPEG 1, 2 = MPEG 2, 0 = MPEG 2.5
        var kbits = version == 3 ? Rates1[at[2] >> 4] : Rates2[at[2] >> 4];
        var samples =
            Samples1[(at[2] >> 2) & 3]
            / (
                version == 3 ? 1
                : version == 2 ? 2
                : 4
            );
        if (version == 1 || kbits == 0 || samples == 0)
            return null;
        var perFrame = version == 3 ? 1_152 : 576;
        length = perFrame / 8 * kbits * 1_000 / samples + ((at[2] >> 1) & 1);
        return perFrame / (double)samples;
    }
}
