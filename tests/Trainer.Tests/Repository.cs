namespace Trainer.Tests;

/// <summary>Folders of the checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Samples => Path.Combine(Root, "samples");
    public static string Pipelines => Path.Combine(Root, "trainer", "pipelines");

    private static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "Appliance.sln"))
        ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside a checkout."));
}
