using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>One server for the tests of a class, started before the first.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private ServerUnderTest? _server;

    public int Port => _server!.Port;

    public async ValueTask InitializeAsync() => _server = await ServerUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    public Task<RawHttp2Client> OpenAsync(params (SettingId Id, uint Value)[] settings) => RawHttp2Client.OpenAsync(Port, settings);

    /// <summary>Another client is served, whatever the present ones do.</summary>
    public async Task AssertServesOthersAsync()
    {
        await using var other = await OpenAsync();
        await Verdict.StillServesAsync(other, 1);
    }
}
