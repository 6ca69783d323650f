using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Core.Payments;

namespace Infernet.Cli.Payments;

/// <summary>An amount on the command line, in one word or two: <c>10 SOL</c>, <c>"10 SOL"</c>, <c>5000 lamports</c>.</summary>
internal static class AmountArgument
{
    public static Argument<string[]> Create(string description) => new("AMOUNT")
    {
        Description = description, Arity = new ArgumentArity(1, 2),
    };

    /// <summary>The amount, in the smallest unit.</summary>
    /// <exception cref="UsageException">It is none, or has more decimals than there are; says what would be right.</exception>
    public static ulong Read(IReadOnlyList<string> words, Asset asset)
    {
        string text = string.Join(' ', words);
        return AmountText.TryParse(text, asset, out ulong amount, out string? problem) && amount > 0 ? amount
            : throw new UsageException(problem is null ? $"'{text}' is nothing; an amount above 0 is needed." : $"{problem}.");
    }
}
