using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Compare.Machine;

namespace Compare.Features;

/// <summary>Runs the C# client of the rows that need one, as a process of its own: its collector and its time are not the measuring program's.</summary>
internal static class ClientProgram
{
    public static T Run<T>(JsonTypeInfo<T> type, params string[] arguments) => JsonSerializer.Deserialize(Run(arguments), type)!;

    public static string Run(params string[] arguments) =>
        CommandLine.Run("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "FeatureClients.dll"), .. arguments]);
}
