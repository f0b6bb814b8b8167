using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>DATA that are put together wrongly.</summary>
[Trait("RFC 9113", "6.1")]
public sealed class DataTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> Paths => PlainBehaviourTests.Paths;

    [Fact]
    public async Task Data_of_no_stream_are_a_protocol_error()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Data(0, new byte[4]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    [InlineData(255, 4)]
    [InlineData(1, 1)]
    public async Task Padding_as_long_as_the_frame_or_longer_is_a_protocol_error(byte padding, int length)
    {
        foreach (var path in Paths.Select(p => p.Data))
        {
            await using var client = await server.OpenAsync();
            byte[] payload = [padding, .. new byte[length - 1]];
            await client.SendAsync(Request.Open(1, path), RawFrames.Data(1, payload, RawFrames.Padded | RawFrames.EndStream));
            await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Padded_data_without_room_for_the_length_of_the_padding_end_the_stream_or_the_connection(string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1, path), RawFrames.Data(1, [], RawFrames.Padded | RawFrames.EndStream));
        await Verdict.StreamErrorAsync(client, 1, ErrorCode.FrameSizeError, ErrorCode.ProtocolError);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "6.9.1")]
    public async Task Padding_counts_for_the_windows_and_is_given_back(string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1, path));
        // The padding of all frames is several times the window of a stream.
        var sent = client.Windows.Initial;
        for (var i = 0; i < 4 * sent / 256; i++)
        {
            await client.ReadUntilAsync(() => client.Windows.Available(1) >= 256);
            client.Windows.Take(1, 256);
            await client.SendAsync(RawFrames.Data(1, RawFrames.Pad([], 255), RawFrames.Padded));
        }
        var body = Request.Message(64);
        await client.UploadAsync(1, body);
        await Verdict.EchoAsync(client, 1, body);
    }
}
