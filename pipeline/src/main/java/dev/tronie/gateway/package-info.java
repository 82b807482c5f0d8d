/** The face API over HTTP for those who call one today: produces uploads, awaits their replies, holds no state and no model. */
package dev.tronie.gateway;
