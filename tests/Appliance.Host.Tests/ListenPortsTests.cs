using System.Net;
using System.Net.Sockets;

namespace Appliance.Host.Tests;

public sealed class ListenPortsTests
{
    [Fact]
    public void A_port_that_another_holds_is_named_with_its_setting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var error = Assert.Single(ListenPorts.Check(new TransportOptions { HttpPort = 0, GrpcPort = port, MetricsPort = 0 }));
        Assert.StartsWith($"Transport:GrpcPort is {port} on 127.0.0.1; it must be a port that can be opened there, and the system says: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_switched_off_is_not_asked()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        Assert.Empty(ListenPorts.Check(new TransportOptions { HttpPort = port, AllowHttp = false, GrpcPort = 0, MetricsPort = 0 }));
    }

    [Fact]
    public void Two_settings_of_one_port_are_told()
    {
        var port = FreePort();
        var error = Assert.Single(ListenPorts.Check(new TransportOptions { HttpPort = port, GrpcPort = 0, MetricsPort = port, MetricsAddress = "0.0.0.0" }));
        Assert.StartsWith($"Transport:MetricsPort is {port} on 0.0.0.0; ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_another_machine_is_told()
    {
        // TEST-NET-1: documentation's, no machine has it.
        var error = Assert.Single(ListenPorts.Check(new TransportOptions { HttpAddress = "192.0.2.1", HttpPort = 0, GrpcPort = 0, MetricsPort = 0 }));
        Assert.StartsWith("Transport:HttpPort is 0 on 192.0.2.1; ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_was_tried_is_free_again()
    {
        var port = FreePort();
        Assert.Empty(ListenPorts.Check(new TransportOptions { HttpPort = port, GrpcPort = 0, MetricsPort = 0 }));
        using var next = new TcpListener(IPAddress.Loopback, port);
        next.Start();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
