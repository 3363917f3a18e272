function showTimes() {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const moment = new Date(time.dateTime);
    const there = moment.toLocaleString([], { hour: "2-digit", minute: "2-digit", hour12: false, weekday: "short", timeZoneName: "short" });
    time.textContent += ` (here: ${there})`;
  }
  const tell = () => {
    for (const place of document.querySelectorAll("[data-until]")) {
      const minutes = Math.round((new Date(place.dataset.until) - Date.now()) / 60000);
      place.textContent = minutes >= 0 ? `${minutes} min left` : `${said(-minutes)} ago`;
    }
  };
  tell();
  setInterval(tell, 20000);
}

function said(minutes) {
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
