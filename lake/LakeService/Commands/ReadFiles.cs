using System.Globalization;
using Lake.Maintenance;
using Lake.Query;

namespace LakeService.Commands;

/// <summary>What becomes of files in lower tiers that a command read. Stateless.</summary>
internal static class ReadFiles
{
    /// <summary>Brings them back to the first tier, where the settings say so, and tells it among the errors. The rows are out by then: what goes wrong is told, and the command has done what it should.</summary>
    /// <param name="restore">Null for leaving them where they are.</param>
    /// <param name="reads">What was read; the query has ended.</param>
    /// <param name="output">Where it is told.</param>
    /// <param name="cancellation">Ends it; tables are whole at every moment.</param>
    public static async Task RestoreAsync(ReadRestore? restore, IReadOnlyList<QueryRead> reads, CommandOutput output, CancellationToken cancellation)
    {
        if (restore is null) return;
        try
        {
            foreach (var (table, report) in await restore.RunAsync(reads, cancellation))
            {
                await output.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{table}: {report.Moves.Count} files that were read are back in {report.Moves[0].To}"));
            }
        }
        catch (Exception e) when (LakeProgram.IsAnswer(e))
        {
            await output.Error.WriteLineAsync($"lake: files that were read stay in their tier: {e.Message}");
        }
    }
}
