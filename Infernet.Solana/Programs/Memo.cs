using System.Text;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Programs;

/// <summary>A remark that is kept in the transaction; payments carry their reference so.</summary>
public static class Memo
{
    public static Instruction Create(string text) => new(WellKnown.MemoProgram, [], Encoding.UTF8.GetBytes(text));
}
