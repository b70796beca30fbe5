using Portico.Gateway.Wire;
using Portico.Providers.Simulated;

namespace Portico.Tests.Gateway.Wire;

/// <summary>How long a file of audio is at most.</summary>
public sealed class AudioLengthTests
{
    static readonly string ASecond = new('a', 16);

    [Fact]
    public void Wav_is_as_long_as_its_samples() => AudioLength.MostMs(SimulatedAudio.Wav(ASecond, 1)).ShouldBe(1_000);

    [Fact]
    public void A_wav_whose_head_names_no_length_is_as_long_as_the_rest_of_the_file()
    {
        var wav = SimulatedAudio.Wav(ASecond, 0.5);
        wav.AsSpan(40, 4).Fill(0xFF);
        AudioLength.MostMs(wav).ShouldBe(2_000);
    }

    [Fact]
    public void Mp3_is_as_long_as_its_frames()
    {
        // 39 frames of 1,152 samples are the first that reach a second.
        AudioLength.MostMs(SimulatedAudio.Mp3(ASecond, 1)).ShouldBe((long)Math.Ceiling(39 * 1_152 / 44.1));
    }

    [Fact]
    public void A_tag_before_or_behind_the_frames_is_no_audio()
    {
        var mp3 = SimulatedAudio.Mp3(ASecond, 1);
        byte[] before = [.. "ID3"u8, 4, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4, 5];
        byte[] behind = [.. "TAG"u8, .. new byte[125]];
        AudioLength.MostMs([.. before, .. mp3, .. behind]).ShouldBe(AudioLength.MostMs(mp3));
    }

    [Fact]
    public void What_is_not_understood_is_taken_at_the_lowest_rate_in_use()
    {
        AudioLength.MostMs(new byte[7_500]).ShouldBe(10_001);
        // Frames with something else behind them: the rest may be audio too.
        var mp3 = SimulatedAudio.Mp3(ASecond, 1);
        AudioLength.MostMs([.. mp3, .. new byte[1_000]]).ShouldBeGreaterThan(AudioLength.MostMs(mp3));
    }

    [Fact]
    public void No_bytes_make_it_fail_and_a_cut_file_is_never_longer_than_its_size_allows()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        byte[][] files = [SimulatedAudio.Wav("ab", 4), SimulatedAudio.Mp3(ASecond, 1)];
        for (var draw = 0; draw < 5_000; draw++)
        {
            var file = files[draw % 2][..random.Next(1, files[draw % 2].Length)];
            for (var i = random.Next(4); i > 0; i--)
                file[random.Next(file.Length)] = (byte)random.Next(256);
            AudioLength.MostMs(file).ShouldBeGreaterThanOrEqualTo(0, $"seed {seed}, draw {draw}");
        }
    }
}
