/** Starts the account page. */
import '../shared/tokens.css';
import '../shared/base.css';
import { mount } from 'svelte';
import { chosenTheme, wearTheme } from '../shared/theme';
import Account from './Account.svelte';

wearTheme(chosenTheme());
mount(Account, { target: document.body });
