using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;

namespace FeatureModel.Expressions.Binding;

/// <summary>A part that has been checked: its type, what evaluates it (nothing for the word null), and where it stands.</summary>
internal readonly record struct Operand(ExpressionType Type, Node? Code, SyntaxNode Syntax)
{
    public Node<long> Whole => (Node<long>)Code!;
    public Node<double> Number => (Node<double>)Code!;
    public Node<bool> Truth => (Node<bool>)Code!;
    public Node<string> Text => (Node<string>)Code!;
    public Node<Array> List => (Node<Array>)Code!;
}
