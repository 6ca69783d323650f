using System.Globalization;
using Infernet.Cli.Payments;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;
using Infernet.Core.Payments;

namespace Infernet.Cli.Earnings;

/// <summary>Shows earnings to people, and to spreadsheets.</summary>
internal static class EarningsView
{
    public static void Write(Terminal terminal, EarningsReport report)
    {
        if (report.Rows.Count == 0)
        {
            terminal.Out.WriteLine("Nothing was earned yet.");
        }
        else
        {
            WriteRows(terminal, report);
        }

        if (report.Channels.Count > 0)
        {
            terminal.Out.WriteLine();
            WriteChannels(terminal, report);
        }

        terminal.Out.WriteLine();
        Fields.Write(
            terminal,
            ("wallet", report.Wallet),
            ("held", $"{Show(report.Held, report)} by vouchers that are not on the chain yet"),
            ("received", $"{Show(report.Received, report)} on the chain, after {Show(report.ProtocolFees, report)} for treasury and "
                + "platform"),
            ("cost", report.NetworkFees == 0 ? null : $"{Asset.Sol.Show(report.NetworkFees)} for settling"),
            ("problem", report.Problem is { } problem ? terminal.OutInk.Safe(problem) : null));
    }

    public static void Write(Terminal terminal, SettleReport report, EarningsReport earnings)
    {
        foreach (SettlementView settled in report.Settled)
        {
            terminal.Out.WriteLine(
                $"{settled.Channel}  {Show(settled.Amount, earnings)} settled: {Show(settled.Received, earnings)} received, "
                + $"{Show(settled.ProtocolFees, earnings)} for treasury and platform");
        }

        foreach (SettlementView due in report.Due)
        {
            terminal.Out.WriteLine(
                $"{due.Channel}  {Show(due.Amount, earnings)} to settle: {Show(due.Received, earnings)} for this node, "
                + $"{Show(due.ProtocolFees, earnings)} for treasury and platform");
        }

        if (report.Settled.Count + report.Due.Count + report.Problems.Count == 0)
        {
            terminal.Out.WriteLine(earnings.Held == 0
                ? "Nothing waits to be settled."
                : $"Nothing is settled now: {Show(earnings.Held, earnings)} are held, where that is less than it costs, or a job "
                    + "that is paid by an escrow goes on.");
        }

        if (report.Spend is { } spend)
        {
            terminal.Out.WriteLine(SpendText.Before(spend));
        }

        foreach (string problem in report.Problems)
        {
            terminal.Error.WriteLine($"{terminal.ErrorInk.Red("not settled:")} {terminal.ErrorInk.Safe(problem)}");
        }
    }

    /// <summary>A heading and a line for each row; amounts in wholes, without units.</summary>
    public static void WriteCsv(TextWriter output, EarningsReport report)
    {
        output.WriteLine(
            $"{report.By},shards,audits,prompt_tokens,completion_tokens,earned,paid,unpaid,withheld,unit");
        foreach (EarningsRow row in report.Rows)
        {
            output.WriteLine(string.Join(
                ',', row.Key, Count(row.Shards), Count(row.Audits), Count(row.PromptTokens),
                Count(row.CompletionTokens),
                Number(row.Earned, report), Number(row.Paid, report), Number(row.Unpaid, report),
                Number(row.Withheld, report), report.Symbol));
        }
    }

    private static void WriteRows(Terminal terminal, EarningsReport report)
    {
        var sheet = new Sheet(
            report.By.ToUpperInvariant(), ">SHARDS", ">AUDITS", ">READ", ">GENERATED", ">EARNED", ">PAID", ">UNPAID",
            ">WITHHELD");
        foreach (EarningsRow row in report.Rows.Append(report.Total))
        {
            sheet.Add(
                ReferenceEquals(row, report.Total) ? $"total {report.Symbol}" : Key(row, report.By),
                Units.Count(row.Shards), Units.Count(row.Audits), Units.Count(row.PromptTokens),
                Units.Count(row.CompletionTokens),
                Number(row.Earned, report), Number(row.Paid, report),
                row.Unpaid > 0 ? SheetCell.Warning(Number(row.Unpaid, report)) : SheetCell.Dim("0"),
                row.Withheld > 0 ? SheetCell.Bad(Number(row.Withheld, report)) : SheetCell.Dim("0"));
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
    }

    private static SheetCell Key(EarningsRow row, string by) => by switch
    {
        "model" => Units.ShortCid(row.Key),
        "payer" => new SheetCell(row.Key) { Brief = Units.ShortPeer(row.Key) },
        _ => row.Key,
    };

    private static void WriteChannels(Terminal terminal, EarningsReport report)
    {
        var sheet = new Sheet("CHANNEL", "PAYER", "STATE", ">DEPOSIT", ">VOUCHER", ">SETTLED", "UNTIL");
        foreach (EarningChannelView channel in report.Channels)
        {
            sheet.Add(
                SheetCell.Address(channel.Address), Units.ShortPeer(channel.Payer),
                channel.State == "open" ? SheetCell.Good(channel.State) : SheetCell.Dim(channel.State),
                Show(channel.Deposit, report), Show(channel.Held, report), Show(channel.Settled, report),
                SheetCell.Time(Fields.Time(channel.ReclaimAt ?? channel.Expiry)));
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
    }

    private static string Show(ulong amount, EarningsReport report) => $"{Number(amount, report)} {report.Symbol}";

    private static string Number(ulong amount, EarningsReport report) => AmountText.Number(amount, report.Decimals);

    private static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);
}
