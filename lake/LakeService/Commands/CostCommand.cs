using System.CommandLine;
using System.Globalization;
using Lake.Maintenance;

namespace LakeService.Commands;

/// <summary><c>lake cost</c>: what tables cost by tier.</summary>
internal static class CostCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string?>("TABLE") { Description = "namespace.table; without it, all tables", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "JSON, for programs" };
        var command = new Command("cost", "Tells files, bytes and price a month of tables by tier, those of older snapshots among them, by the prices that section Tiering of the settings has.\n\n"
            + "Example: lake cost --settings lake.json --warehouse /data/lake") { name, json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var tiers = lake.Tiers();
            var costs = new List<TierCost>();
            foreach (var table in await LakeProgram.TablesAsync(lake, line.GetValue(name), clock, cancellation)) costs.AddRange(await TierCosts.OfAsync(table, tiers, cancellation));
            if (line.GetValue(json)) output.WriteJson(costs.Select(c => new { Table = c.Table.ToString(), c.Tier, c.Files, c.Bytes, c.CurrentFiles, c.CurrentBytes, c.PricePerMonth }));
            else output.Columns([["TABLE", "TIER", "FILES", "BYTES", "CURRENT FILES", "CURRENT BYTES", "PRICE A MONTH"], .. costs.Select(Text), Sum(costs)]);
            return LakeProgram.Done;
        });
        return command;
    }

    private static string[] Text(TierCost cost) => [cost.Table.ToString(), cost.Tier, .. Numbers([cost])];

    private static string[] Sum(IReadOnlyList<TierCost> costs) => ["all", "", .. Numbers(costs)];

    private static string[] Numbers(IReadOnlyList<TierCost> costs) =>
    [
        CommandText.Number(costs.Sum(c => c.Files)), CommandText.Number(costs.Sum(c => c.Bytes)), CommandText.Number(costs.Sum(c => c.CurrentFiles)), CommandText.Number(costs.Sum(c => c.CurrentBytes)),
        costs.Sum(c => c.PricePerMonth).ToString("F6", CultureInfo.InvariantCulture),
    ];
}
