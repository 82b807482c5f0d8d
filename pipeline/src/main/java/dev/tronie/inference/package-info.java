/** Model folders, the engine behind them, and the workers that own it. The only package that knows DJL. */
package dev.tronie.inference;
