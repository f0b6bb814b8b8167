using Compare.Results;
using Compare.Servers;

namespace Compare.Rows;

/// <summary>A server that does less, and the table that compares the other side with it.</summary>
/// <param name="RunsModel">Its calls run the model: its own cost a call has the run in it.</param>
internal sealed record Yardstick(ServerProcess Server, List<CallerRow> Rows, bool RunsModel = false);
