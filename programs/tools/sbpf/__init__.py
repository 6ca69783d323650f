"""Turns one relocatable BPF object into a program that Solana's loader takes."""
