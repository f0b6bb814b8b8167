using FeatureModel.Values;

namespace Appliance.Features.Rows;

/// <summary>One column of a row layout.</summary>
/// <param name="Name">The feature's name.</param>
/// <param name="Type">The type its bytes have.</param>
/// <param name="Index">Position in the layout's order, and of its null bit.</param>
/// <param name="Offset">Bytes from the row's start to the value; for a value of varying length, to the 4 bytes that hold where it ends.</param>
/// <param name="Slot">Position among the values of varying length, -1 for one of fixed length.</param>
public readonly record struct RowColumn(string Name, FeatureDataType Type, int Index, int Offset, int Slot);
