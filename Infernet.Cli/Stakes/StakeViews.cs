using System.Globalization;
using Infernet.Cli.Payments;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Stakes;

/// <summary>Shows a stake to people.</summary>
internal static class StakeViews
{
    public static void Write(Terminal terminal, StakeView stake)
    {
        Ink ink = terminal.OutInk;
        Fields.Write(
            terminal,
            ("owner", stake.Owner + (stake.ForThisNode is false ? ink.Yellow("  (registered for another node)") : "")),
            ("account", stake.Registered ? stake.Node : "none: nothing was ever staked"),
            ("staked", ink.Bold(SpendText.Show(stake.Staked, stake.Asset))),
            ("cooling", stake.Pending == 0 ? null
                : SpendText.Show(stake.Pending, stake.Asset)
                    + (stake.UnlockAt is { } at ? $", until {Fields.Time(at)}; it can be slashed until then" : "")),
            ("slashed", stake.Slashed == 0 ? null : ink.Red($"{SpendText.Show(stake.Slashed, stake.Asset)}, {stake.Slashes} times")),
            ("tier", stake.Tier == 0 ? "0: below the lowest" : $"{stake.Tier}: stands for {Jobs(stake.JobsAtOnce)} at once"),
            ("tiers", string.Join("; ", stake.Tiers.Select(
                t => $"{SpendText.Show(t.Stake, stake.Asset)} for {Jobs(t.JobsAtOnce)}"))),
            ("cool-down", Units.Duration(TimeSpan.FromSeconds(stake.CooldownSeconds))));
    }

    private static string Jobs(uint? jobs) => jobs switch
    {
        null => "any number of jobs",
        1 => "1 job",
        _ => string.Create(CultureInfo.InvariantCulture, $"{jobs} jobs"),
    };
}
