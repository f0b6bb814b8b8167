namespace Appliance.Host.Cli.Models;

/// <summary>A node that refused, or that could not be reached: the message says which and why.</summary>
internal sealed class NodeException(string message) : Exception(message);
