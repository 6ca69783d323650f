using Infernet.Cli.Earnings;
using Infernet.Core.Api;

namespace Infernet.Cli.Tests.Earnings;

[TestFixture]
public sealed class EarningsViewTests
{
    [TestCase(0UL, "Nothing waits to be settled.")]
    [TestCase(84UL, "Nothing is settled now: 0.000000084 SOL are held")]
    public void Write_NothingSettled_SaysWhetherSomethingIsHeld(ulong held, string says)
    {
        var terminal = new TestTerminal();

        EarningsView.Write(terminal.Terminal, new SettleReport(), new EarningsReport
        {
            By = "day", Wallet = "", Symbol = "SOL", Decimals = 9, Rows = [], Total = new EarningsRow { Key = "total" },
            Held = held, Received = 0, ProtocolFees = 0, NetworkFees = 0,
        });

        Assert.That(terminal.Out.ToString(), Does.StartWith(says));
    }
}
