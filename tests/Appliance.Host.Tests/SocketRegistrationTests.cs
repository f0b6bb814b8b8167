using Appliance.Host.Profiles;
using Appliance.Http2.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Appliance.Host.Tests;

public sealed class SocketRegistrationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sockets_poll_where_the_setting_says_so(bool polls)
    {
        using var services = new ServiceCollection().AddLogging().AddSockets(new TransportOptions { BusyPoll = polls }).BuildServiceProvider();
        var transport = services.GetRequiredService<SocketLoopTransport>();
        Assert.Equal((polls, new ControlGroup("/").Cores()), (transport.Polls.All, transport.Cores));
    }
}
