using Infernet.Cli.Terminals;
using Infernet.Core.Payments;

namespace Infernet.Cli.Ledger;

/// <summary>Shows a running ledger to people.</summary>
internal static class LedgerView
{
    public static void Write(Terminal terminal, LedgerStatus status)
    {
        Ink ink = terminal.OutInk;
        Line("RPC", $"{ink.Bold(status.Http!.OriginalString)}   {ink.Dim(status.Websocket!.OriginalString)}");
        Line("program", ink.Bold(status.Program!));
        Line("token", $"{status.Mint}   {ink.Dim("6 decimals, for trying; 'infernet ledger give' hands it out")}");
        Line("treasury", status.Treasury!);
        Line("platform", status.Platform!);
        for (int i = 0; i < status.Committee!.Count; i++)
        {
            Line(i == 0 ? "committee" : "", status.Committee[i]
                + (i == 0 ? ink.Dim($"   {status.Threshold} of {status.Committee.Count} release and slash") : ""));
        }

        Line("state", $"{status.State}   {ink.Dim("with the keys of all these")}");

        if (status is { Transactions: { } transactions, Fees: { } fees })
        {
            Line("so far", $"{Units.Count(transactions)} transactions, {Asset.Sol.Show(fees)} of fees");
        }

        void Line(string name, string value) => terminal.Out.WriteLine($"{ink.Dim(name.PadRight(9))} {value}");
    }

    public static void WriteNext(Terminal terminal, LedgerStatus status)
    {
        terminal.Out.WriteLine($"""

            Next, for a node that pays or is paid on it:
              infernet config set payments on
              infernet config set rpc_urls {status.Http!.OriginalString}
              infernet config set settlement_program {status.Program}
              infernet wallet create
              infernet wallet airdrop 10 SOL
              infernet node start
            """);
    }
}
