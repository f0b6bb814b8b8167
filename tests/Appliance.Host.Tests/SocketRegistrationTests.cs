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
        Assert.Equal(polls, services.GetRequiredService<SocketLoopTransport>().Polls.All);
    }
}
