import * as vscode from 'vscode';
import { answering } from './answers.js';

/** The person's "Connect Claude Code", with their answer; gives back what was asked and said. */
export const connect = (answer: 'Connect' | 'Cancel' = 'Connect') => answering({ message: (_, choices) => choices.find((choice) => choice === answer) }, () => vscode.commands.executeCommand('sessionHandoff.connectAgent'));

/** "Disconnect Claude Code", said yes to. */
export const disconnect = () => answering({ message: (_, choices) => choices.find((choice) => choice === 'Disconnect') }, () => vscode.commands.executeCommand('sessionHandoff.disconnectAgent'));
