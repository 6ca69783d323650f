using System.Globalization;
using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Core.Payments;

/// <summary>
/// What work costs, in the smallest unit of one asset: a price list whose ranges were checked. Immutable; compares by
/// value.
/// </summary>
public sealed record Prices
{
    /// <summary>No single price is above this: a million SOL a million tokens is a mistake.</summary>
    public const ulong MaxPrice = 1_000_000_000_000_000;

    private const ulong TokensPerPrice = 1_000_000;
    private const ulong MicrosecondsPerHour = 3_600_000_000;
    private const ulong MillisecondsPerHour = 3_600_000;

    /// <summary>As messages carry it: 32 bytes, or empty for lamports.</summary>
    public ByteString Mint { get; init; } = ByteString.Empty;

    public ulong InputPerMillionTokens { get; init => field = InRange(value); }

    public ulong OutputPerMillionTokens { get; init => field = InRange(value); }

    public ulong EnginePerHour { get; init => field = InRange(value); }

    public ulong ContainerPerHour { get; init => field = InRange(value); }

    /// <summary>Whether nothing is asked for anything.</summary>
    public bool IsFree =>
        (InputPerMillionTokens | OutputPerMillionTokens | EnginePerHour | ContainerPerHour) == 0;

    /// <summary>Reads a price list that somebody sent; none is a list that asks nothing.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    public static string? Read(PriceList? list, out Prices prices)
    {
        prices = new Prices();
        if (list is null)
        {
            return null;
        }

        if (!Asset.TryNormalize(list.Mint, out ByteString mint))
        {
            return $"the prices are in a mint of {list.Mint.Length} bytes; "
                + $"one has {Asset.MintLength}, lamports have none";
        }

        string? problem = FindProblem(list);
        if (problem is not null)
        {
            return problem;
        }

        prices = new Prices
        {
            Mint = mint,
            InputPerMillionTokens = list.InputPerMillionTokens,
            OutputPerMillionTokens = list.OutputPerMillionTokens,
            EnginePerHour = list.EnginePerHour,
            ContainerPerHour = list.ContainerPerHour,
        };
        return null;
    }

    public PriceList ToMessage() => new()
    {
        Mint = Mint,
        InputPerMillionTokens = InputPerMillionTokens,
        OutputPerMillionTokens = OutputPerMillionTokens,
        EnginePerHour = EnginePerHour,
        ContainerPerHour = ContainerPerHour,
    };

    /// <summary>
    /// What a usage costs: all parts over one denominator, an hour of microseconds, rounded up once; the largest
    /// amount there is if it is more than that.
    /// </summary>
    public ulong CostOf(Usage usage)
    {
        // A token's part is in 1/10⁶, a time's in 1/3.6·10⁹ or 1/3.6·10⁶: all are scaled to the middle one.
        // Prices are below 2⁵⁰ and quantities below 2⁶⁴, so that the sum stays below 2¹²⁸.
        UInt128 parts =
            ((UInt128)usage.PromptTokens * InputPerMillionTokens
                + (UInt128)usage.CompletionTokens * OutputPerMillionTokens) * (MicrosecondsPerHour / TokensPerPrice)
            + (UInt128)usage.EngineMicroseconds * EnginePerHour
            + (UInt128)usage.ContainerMilliseconds * ContainerPerHour * (MicrosecondsPerHour / MillisecondsPerHour);
        UInt128 cost = (parts + MicrosecondsPerHour - 1) / MicrosecondsPerHour;
        return cost > ulong.MaxValue ? ulong.MaxValue : (ulong)cost;
    }

    /// <summary>Whether no price is above that of <paramref name="limit"/>, and both are in one asset.</summary>
    public bool IsWithin(Prices limit)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return Mint.Equals(limit.Mint)
            && InputPerMillionTokens <= limit.InputPerMillionTokens
            && OutputPerMillionTokens <= limit.OutputPerMillionTokens
            && EnginePerHour <= limit.EnginePerHour
            && ContainerPerHour <= limit.ContainerPerHour;
    }

    /// <summary>For people: "12 lamports per 1,000 tokens", input and output apart where they differ.</summary>
    public string Describe(Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        string[] parts =
        [
            .. InputPerMillionTokens == OutputPerMillionTokens
                ? Tokens(InputPerMillionTokens, "tokens", asset)
                : [.. Tokens(InputPerMillionTokens, "prompt tokens", asset),
                    .. Tokens(OutputPerMillionTokens, "answer tokens", asset)],
            .. Hours(EnginePerHour, "engine", asset),
            .. Hours(ContainerPerHour, "container", asset),
        ];
        return parts.Length == 0 ? "nothing" : string.Join(", ", parts);
    }

    private static string[] Tokens(ulong perMillion, string what, Asset asset) => perMillion == 0 ? []
        : perMillion % 1_000 == 0 ? [$"{AmountText.FormatSmall(perMillion / 1_000, asset)} per 1,000 {what}"]
        : [$"{AmountText.FormatSmall(perMillion, asset)} per 1,000,000 {what}"];

    private static string[] Hours(ulong perHour, string what, Asset asset) =>
        perHour == 0 ? [] : [$"{AmountText.FormatSmall(perHour, asset)} per {what} hour"];

    private static string? FindProblem(PriceList list) =>
        TooHigh("input_per_million_tokens", list.InputPerMillionTokens)
        ?? TooHigh("output_per_million_tokens", list.OutputPerMillionTokens)
        ?? TooHigh("engine_per_hour", list.EnginePerHour)
        ?? TooHigh("container_per_hour", list.ContainerPerHour);

    private static string? TooHigh(string name, ulong price) => price <= MaxPrice
        ? null
        : string.Create(
            CultureInfo.InvariantCulture, $"the price {name} is {price:N0}; none may be above {MaxPrice:N0}");

    private static ulong InRange(ulong price)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(price, MaxPrice);
        return price;
    }
}
