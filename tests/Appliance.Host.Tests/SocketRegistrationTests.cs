using Appliance.Host.Profiles;
using Appliance.Http2.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Appliance.Host.Tests;

public sealed class SocketRegistrationTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Sockets_poll_and_keep_cores_awake_where_the_settings_say_so(bool polls, bool keepsAwake)
    {
        using var services = new ServiceCollection().AddLogging().AddSockets(new TransportOptions { BusyPoll = polls, KeepCoresAwake = keepsAwake }).BuildServiceProvider();
        var transport = services.GetRequiredService<SocketLoopTransport>();
        Assert.Equal((polls, keepsAwake, new ControlGroup("/").Cores()), (transport.Polls.All, transport.KeepsAwake.All, transport.Cores));
    }
}
