using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Cli.Payments;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;

namespace Infernet.Cli.Channels;

/// <summary><c>infernet channel …</c>: the deposits by which this node pays its providers.</summary>
internal static class ChannelCommands
{
    private static readonly Argument<string> Peer = new("PEER")
    {
        Description = "The provider's peer id; 'infernet peers' shows who is known.",
    };

    private static readonly Argument<string[]> Amount = new("AMOUNT")
    {
        Description = "The deposit, such as 0.1 SOL (default: the setting channel_deposit).",
        Arity = new ArgumentArity(0, 2),
    };

    private static readonly Argument<string> Channel = new("CHANNEL") { Description = "A channel's address, or how it begins." };

    private static readonly Option<bool> All = new("--all") { Description = "Closed ones too." };

    public static Command Create() => new CliCommand(
        "channel",
        "Deposits by which this node pays its providers; jobs open and close them by themselves.",
        "infernet channel list",
        "infernet channel close 9D73eqmsDLur1UgN4mNKUhsDLQBGy1SWxrKRKErFXata")
        .With(
            new CliCommand(
                "list",
                "List the channels: what was paid in, and what was promised of it.",
                "infernet channel list",
                "infernet channel list --all --json")
                .With(All)
                .Runs(ListAsync),
            new CliCommand(
                "open",
                "Open a channel to a provider before a job does, or add to the one that is there.",
                "infernet channel open 12D3KooW… 0.1 SOL")
                .With(Peer, Amount, Confirmation.Yes, Spending.DryRun)
                .Runs(OpenAsync),
            new CliCommand(
                "close",
                "Close a channel: the provider gets what was promised, the rest comes back; at once if the provider agrees.",
                "infernet channel close 9D73eqms",
                "infernet channel close 9D73eqmsDLur1UgN4mNKUhsDLQBGy1SWxrKRKErFXata --yes")
                .With(Channel, Confirmation.Yes, Spending.DryRun)
                .Runs((context, token) => Spending.RunAsync(
                    context, "v1/payments/channels/close", dryRun => new ContractRequest(context.Value(Channel), dryRun),
                    PaymentJson.Default.ContractRequest, PaymentJson.Default.ChannelChange, change => change.Spend,
                    change => Show(context, change), token)));

    private static Task<int> OpenAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string peer = context.Value(Peer);
        string? amount = context.Value(Amount) is { Length: > 0 } words ? string.Join(' ', words) : null;
        return !PeerId.TryParse(peer, out _) ? throw new UsageException($"'{peer}' is not a peer id; one looks like 12D3KooW…")
            : amount is not null && AmountText.FindProblem(amount) is { } problem ? throw new UsageException($"{problem}.")
            : Spending.RunAsync(
                context, "v1/payments/channels", dryRun => new ChannelRequest(peer, amount, dryRun),
                PaymentJson.Default.ChannelRequest, PaymentJson.Default.ChannelChange, change => change.Spend,
                change => Show(context, change), cancellationToken);
    }

    private static Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken) => Listing.RunAsync(
        context, "v1/payments/channels", PaymentJson.Default.IReadOnlyListChannelView,
        "There are no channels. Jobs open them, to providers that ask to be paid.",
        channels => Write(context.Terminal, channels), cancellationToken,
        channel => context.Value(All) || channel.State is not ("closed" or "failed"));

    private static void Show(CommandContext context, ChannelChange change)
    {
        if (change.Channel is { } channel)
        {
            Write(context.Terminal, [channel]);
        }
    }

    private static void Write(Terminal terminal, IReadOnlyList<ChannelView> channels)
    {
        string[] notes = channels.Any(c => c.Note is not null) ? ["NOTE"] : [];
        var sheet = new Sheet(["CHANNEL", "PROVIDER", "STATE", ">DEPOSIT", ">PROMISED", ">RESERVED", "UNTIL", .. notes]);
        foreach (ChannelView channel in channels)
        {
            sheet.Add([
                SheetCell.Address(channel.Address),
                Units.ShortPeer(channel.PeerId),
                State(channel.State),
                Show(channel.Deposit, channel),
                Show(channel.Promised, channel),
                Show(channel.Reserved, channel),
                SheetCell.Time(Fields.Time(channel.ReclaimAt ?? channel.Expiry)),
                .. notes.Select(_ => (SheetCell)terminal.OutInk.Safe(channel.Note ?? ""))]);
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
    }

    private static string Show(ulong amount, ChannelView channel) =>
        $"{AmountText.Number(amount, channel.Decimals)} {channel.Symbol}";

    private static SheetCell State(string state) => state switch
    {
        "open" => SheetCell.Good(state),
        "closing" or "opening" => SheetCell.Warning(state),
        "failed" => SheetCell.Bad(state),
        _ => SheetCell.Dim(state),
    };
}
