using System.Buffers.Binary;
using System.Text;

namespace Portico.Providers.Simulated;

/// <summary>Audio as long as a text takes to be spoken: a quiet tone where there are samples, silence in MP3.</summary>
static class SimulatedAudio
{
    /// <summary>Of usual speech.</summary>
    const int CharactersPerSecond = 16;

    /// <summary>As OpenAI's pcm and wav: 16 bits, one channel.</summary>
    const int SampleRate = 24_000;
    const int WavHeader = 44;

    // MPEG 1, layer III, 32 kbit/s, 44.1 kHz, one channel: 1,152 samples in 104 bytes. Side information of zeros is silence.
    static ReadOnlySpan<byte> Mp3Header => [0xFF, 0xFB, 0x10, 0xC0];
    const int Mp3Frame = 104;
    const double Mp3FrameSeconds = 1_152 / 44_100.0;

    /// <summary>It is made to be tried, not to be listened to.</summary>
    const double MaxSeconds = 60;

    static double Seconds(string text, double speed) => Math.Min(MaxSeconds, Math.Max(1, text.Length) / (CharactersPerSecond * speed));

    public static byte[] Mp3(string text, double speed)
    {
        var frames = (int)Math.Ceiling(Seconds(text, speed) / Mp3FrameSeconds);
        var audio = new byte[frames * Mp3Frame];
        for (var i = 0; i < frames; i++)
            Mp3Header.CopyTo(audio.AsSpan(i * Mp3Frame));
        return audio;
    }

    public static byte[] Pcm(string text, double speed) => Samples(text, speed, 0);

    public static byte[] Wav(string text, double speed)
    {
        var audio = Samples(text, speed, WavHeader);
        var head = audio.AsSpan(0, WavHeader);
        Encoding.ASCII.GetBytes("RIFF", head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], audio.Length - 8);
        Encoding.ASCII.GetBytes("WAVEfmt ", head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], SampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        Encoding.ASCII.GetBytes("data", head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], audio.Length - WavHeader);
        return audio;
    }

    static byte[] Samples(string text, double speed, int before)
    {
        var count = (int)Math.Ceiling(Seconds(text, speed) * SampleRate);
        var audio = new byte[before + count * 2];
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteInt16LittleEndian(
                audio.AsSpan(before + i * 2),
                (short)(3_000 * Math.Sin(2 * Math.PI * 440 * i / SampleRate))
            );
        return audio;
    }
}
